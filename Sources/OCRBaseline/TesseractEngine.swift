import CTesseract
import Diagnostics
import Glibc
import Images

/// Tesseract's C API: the one file that calls it.
///
/// Only the neural reader runs (`OEM_LSTM_ONLY`), which keeps nothing from one image to the next:
/// what is read in an image does not depend on the images before it.
final class TesseractEngine {
  private let handle: OpaquePointer

  /// The longest side that Tesseract takes.
  static let longestSide = Int(Int16.max)

  /// OpenMP's switch for nested levels of threads, of whatever OpenMP library Tesseract brings
  /// along; nil where it brings none.
  ///
  /// Tesseract starts four threads for every line of text. On machines with fewer idle cores they
  /// wait for each other most of the time (five times slower on two cores); at level 0 everything
  /// runs on the calling thread, with the same results.
  private static let limitThreadLevels: (@convention(c) @Sendable (Int32) -> Void)? = {
    guard let symbol = dlsym(nil, "omp_set_max_active_levels") else { return nil }
    return unsafeBitCast(symbol, to: (@convention(c) @Sendable (Int32) -> Void).self)
  }()

  static var version: String { String(cString: TessVersion()) }

  init(_ data: LanguageData) throws(OCRError) {
    guard let handle = TessBaseAPICreate() else {
      throw OCRError(.invalidData, "Tesseract cannot be started")
    }
    // Its remarks about resolutions and empty pages, and those of its image library about boxes,
    // belong to no sample.
    setMsgSeverity(Int32(L_SEVERITY_NONE))
    TessBaseAPISetVariable(handle, "debug_file", "/dev/null")
    let status = data.bytes.withUnsafeBytes { bytes in
      bytes.withMemoryRebound(to: CChar.self) {
        TessBaseAPIInit5(
          handle, $0.baseAddress, Int32(clamping: $0.count), data.language, OEM_LSTM_ONLY, nil, 0,
          nil, nil, 0, 0)
      }
    }
    guard status == 0 else {
      TessBaseAPIDelete(handle)
      throw OCRError(
        .invalidData,
        """
        Tesseract \(Self.version) cannot use these language data; install the Debian package \
        tesseract-ocr-\(data.language) again
        """,
        at: Location(file: data.path))
    }
    self.handle = handle
  }

  deinit {
    TessBaseAPIEnd(handle)
    TessBaseAPIDelete(handle)
  }

  /// How Tesseract looks for text.
  enum Layout {
    /// Columns, paragraphs and lines, as on a page.
    case page
    /// Text anywhere, in no order: signs, labels, single words.
    case sparse
  }

  /// The lines of text in the order of reading, those without a letter or digit left out.
  /// - Throws: ``OCRError`` for an image that is too large for Tesseract.
  func lines(in image: RGBImage, layout: Layout) throws(OCRError) -> [TextLine] {
    guard image.width <= Self.longestSide, image.height <= Self.longestSide else {
      throw OCRError(
        .unsuitableImage,
        """
        Tesseract reads images of up to \(Self.longestSide) pixels a side, and this one has \
        \(image.width) x \(image.height)
        """
      )
    }
    Self.limitThreadLevels?(0)
    TessBaseAPISetPageSegMode(handle, layout == .page ? PSM_AUTO : PSM_SPARSE_TEXT)
    defer { TessBaseAPIClear(handle) }
    // Tesseract copies the samples.
    image.pixels.withUnsafeBufferPointer {
      TessBaseAPISetImage(
        handle, $0.baseAddress, Int32(image.width), Int32(image.height), 3, Int32(image.width * 3))
    }
    // Without a stated resolution every image would be taken for 70 dots an inch and warned about.
    TessBaseAPISetSourceResolution(handle, 150)
    guard TessBaseAPIRecognize(handle, nil) == 0 else {
      throw OCRError(.failedRecognition, "Tesseract failed on this image")
    }
    guard let iterator = TessBaseAPIGetIterator(handle) else { return [] }
    defer { TessResultIteratorDelete(iterator) }
    var lines: [TextLine] = []
    repeat {
      if let line = line(at: iterator),
        line.text.unicodeScalars.contains(where: TextWords.isWordScalar)
      {
        lines.append(line)
      }
    } while TessResultIteratorNext(iterator, RIL_TEXTLINE) != 0
    return lines
  }

  private func line(at iterator: OpaquePointer) -> TextLine? {
    guard let text = TessResultIteratorGetUTF8Text(iterator, RIL_TEXTLINE) else { return nil }
    defer { TessDeleteText(text) }
    var (left, top, right, bottom): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
    TessPageIteratorBoundingBox(
      TessResultIteratorGetPageIteratorConst(iterator), RIL_TEXTLINE, &left, &top, &right, &bottom)
    return TextLine(
      text: TextWords.split(String(cString: text)).joined(separator: " "), left: Int(left),
      top: Int(top), right: Int(right), bottom: Int(bottom))
  }
}
