import DataFormats
import Diagnostics
import Foundation
import Hashing

/// Tesseract's trained data of one language, in memory: what is hashed is what reads.
public struct LanguageData: Sendable {
  public let language: String
  public let path: String
  public let bytes: [UInt8]
  /// SHA-256 of the file.
  public let hash: String

  /// The folders in which Debian's packages, and most others, put trained data.
  public static let usualFolders = [
    "/usr/share/tesseract-ocr/5/tessdata", "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata", "/usr/local/share/tessdata",
  ]

  /// Reads `<language>.traineddata` from the first folder that has it.
  ///
  /// - Parameter folders: nil asks `TESSDATA_PREFIX` (the folder, or one that holds `tessdata`),
  ///   then ``usualFolders``.
  /// - Throws: ``OCRError`` `missing-tesseract-data` with the Debian package that brings the file.
  public init(language: String = "eng", folders: [String]? = nil) throws {
    let named =
      ProcessInfo.processInfo.environment["TESSDATA_PREFIX"].map { [$0, $0 + "/tessdata"] } ?? []
    let folders = folders ?? (named + Self.usualFolders)
    let file = language + ".traineddata"
    guard
      let path = folders.map({ $0 + "/" + file }).first(
        where: FileManager.default.fileExists(atPath:))
    else {
      throw OCRError(
        .missingData,
        """
        Tesseract's language data \(file) are missing; install the Debian package \
        tesseract-ocr-\(language)
        """
          + " or name their folder in TESSDATA_PREFIX (looked in \(folders.joined(separator: ", ")))"
      )
    }
    self.language = language
    self.path = path
    bytes = try readFile(path)
    hash = SHA256.hexadecimal(of: bytes)
  }
}
