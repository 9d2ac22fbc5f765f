public import Diagnostics
import Foundation
import OrderedCollections

/// A JSON value together with where it stands, so that every complaint about it names the file and
/// the entry.
///
/// `try node["data"].list()[3]["question"].string()` fails with
/// `val.json: data[3].question: expected a string, found a number`.
public struct JSONNode: Sendable {
  public let value: JSONValue
  /// The file that messages name.
  public let file: String?
  /// The path from the root: `data[3].question`, empty at the root; in JSON Lines it starts with
  /// `line 12`.
  public let path: String

  public init(_ value: JSONValue, file: String? = nil, path: String = "") {
    self.value = value
    self.file = file
    self.path = path
  }

  /// Reads and parses a whole file, which may be compressed with gzip.
  /// - Throws: ``DataFormatError``: unreadable, or not JSON.
  public init(contentsOf path: String) throws(DataFormatError) {
    let bytes = try TextFile.bytes(of: path)
    self.init(try JSONValue.parse(bytes, file: path), file: path)
  }

  public var location: Location { Location(file: file, place: path.isEmpty ? nil : path) }

  /// The member `key`; fails where this is no object or has no such key.
  public subscript(key: String) -> JSONNode {
    get throws(DataFormatError) {
      guard case .object(let members) = value else { throw mismatch("an object") }
      guard let member = members[key] else {
        throw DataFormatError(.missingKey, "the key \"\(key)\" is missing", at: location)
      }
      return JSONNode(member, file: file, path: joined(key))
    }
  }

  /// The member `key`, or nil where it is absent or null.
  public func optional(_ key: String) throws(DataFormatError) -> JSONNode? {
    guard case .object(let members) = value else { throw mismatch("an object") }
    guard let member = members[key], !member.isNull else { return nil }
    return JSONNode(member, file: file, path: joined(key))
  }

  public func list() throws(DataFormatError) -> [JSONNode] {
    guard case .array(let items) = value else { throw mismatch("a list") }
    return items.enumerated().map { JSONNode($1, file: file, path: "\(path)[\($0)]") }
  }

  public func members() throws(DataFormatError) -> [(key: String, node: JSONNode)] {
    guard case .object(let members) = value else { throw mismatch("an object") }
    return members.map { (key: $0.key, node: JSONNode($0.value, file: file, path: joined($0.key))) }
  }

  public func string() throws(DataFormatError) -> String {
    guard let text = value.stringValue else { throw mismatch("a string") }
    return text
  }

  public func int() throws(DataFormatError) -> Int {
    guard let number = value.intValue else { throw mismatch("an integer") }
    return number
  }

  public func double() throws(DataFormatError) -> Double {
    guard let number = value.doubleValue else { throw mismatch("a number") }
    return number
  }

  public func bool() throws(DataFormatError) -> Bool {
    guard let flag = value.boolValue else { throw mismatch("a boolean") }
    return flag
  }

  public func strings() throws(DataFormatError) -> [String] {
    var texts: [String] = []
    for item in try list() { texts.append(try item.string()) }
    return texts
  }

  /// How many things there are: sums of such numbers stay in range, whatever a file claims.
  /// - Throws: ``DataFormatError`` where it is no number from 0 to 2^31 - 1.
  public func count() throws -> Int {
    let count = try int()
    guard (0...Int(Int32.max)).contains(count) else {
      throw mismatch("a number from 0 to \(Int32.max)")
    }
    return count
  }

  public func mismatch(_ expected: String) -> DataFormatError {
    DataFormatError(.wrongType, "expected \(expected), found \(value.kind)", at: location)
  }

  private func joined(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }
}

/// The bytes of a file.
/// - Throws: ``DataFormatError`` `unreadable-file` with the system's reason, `invalid-syntax` for
///   what only stands in the file's place: a Git LFS pointer, an AppleDouble file.
public func readFile(_ path: String) throws(DataFormatError) -> [UInt8] {
  let bytes = [UInt8](try mappedFile(path))
  if let refusal = PlaceholderFile.refusal(bytes) {
    throw DataFormatError(.invalidSyntax, refusal, at: Location(file: path))
  }
  return bytes
}

/// A file's bytes, mapped where that is safe.
func mappedFile(_ path: String) throws(DataFormatError) -> Data {
  do {
    return try Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe)
  } catch {
    let reason: String
    var isFolder: ObjCBool = false
    if !FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
      reason = "no such file"
    } else if isFolder.boolValue {
      reason = "this is a folder, not a file"
    } else {
      reason = "the file cannot be read; check its permissions"
    }
    throw DataFormatError(.unreadableFile, reason, at: Location(file: path))
  }
}
