/// A workbook of one sheet of texts, as evaluation servers take it.
///
/// Every cell is a text: an answer "007" or "=1+1" stays what it is.
///
/// ```swift
/// try DurableFile.replace(path, with: XLSXDocument(columns: ["index"], rows: [["1"]]).bytes)
/// ```
public struct XLSXDocument: Sendable {
  public let columns: [String]
  public let rows: [[String]]  // [rows, columns]

  public init(columns: [String], rows: [[String]]) {
    self.columns = columns
    self.rows = rows
  }

  /// The file: a zip archive whose parts are stored as they are.
  public var bytes: [UInt8] {
    var archive = StoredArchive()
    for (name, text) in parts { archive.add(name, Array(text.utf8)) }
    return archive.finished()
  }

  private static let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
  private static let office = "http://schemas.openxmlformats.org"

  private var parts: [(name: String, text: String)] {
    let types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    let cells = ([columns] + rows).enumerated().map(Self.row).joined()
    return [
      (
        "[Content_Types].xml",
        Self.head + """
          <Types xmlns="\(Self.office)/package/2006/content-types">\
          <Default Extension="rels" \
          ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
          <Override PartName="/xl/workbook.xml" ContentType="\(types).sheet.main+xml"/>\
          <Override PartName="/xl/worksheets/sheet1.xml" ContentType="\(types).worksheet+xml"/>\
          </Types>
          """
      ),
      ("_rels/.rels", Self.relationship("officeDocument", target: "xl/workbook.xml")),
      (
        "xl/workbook.xml",
        Self.head + """
          <workbook xmlns="\(Self.office)/spreadsheetml/2006/main" \
          xmlns:r="\(Self.office)/officeDocument/2006/relationships">\
          <sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>
          """
      ),
      (
        "xl/_rels/workbook.xml.rels",
        Self.relationship("worksheet", target: "worksheets/sheet1.xml")
      ),
      (
        "xl/worksheets/sheet1.xml",
        Self.head + """
          <worksheet xmlns="\(Self.office)/spreadsheetml/2006/main"><sheetData>\
          \(cells)</sheetData></worksheet>
          """
      ),
    ]
  }

  /// The one relationship of a part.
  private static func relationship(_ kind: String, target: String) -> String {
    head + """
      <Relationships xmlns="\(office)/package/2006/relationships"><Relationship Id="rId1" \
      Type="\(office)/officeDocument/2006/relationships/\(kind)" Target="\(target)"/>\
      </Relationships>
      """
  }

  private static func row(_ index: Int, _ cells: [String]) -> String {
    let shown = cells.enumerated().filter { !$0.element.isEmpty }.map { column, text in
      "<c r=\"\(letters(column))\(index + 1)\" t=\"inlineStr\"><is>"
        + "<t xml:space=\"preserve\">\(escaped(text))</t></is></c>"
    }
    return "<row r=\"\(index + 1)\">\(shown.joined())</row>"
  }

  /// A, B ... Z, AA ...
  private static func letters(_ column: Int) -> String {
    let last = String(UnicodeScalar(UInt8(65 + column % 26)))
    return column < 26 ? last : letters(column / 26 - 1) + last
  }

  /// What XML cannot hold is written as Excel does, `_x000B_`; a text that looks so by itself keeps
  /// its underscore as `_x005F_`.
  private static func escaped(_ text: String) -> String {
    var escaped = ""
    let scalars = Array(text.unicodeScalars)
    for (place, scalar) in scalars.enumerated() {
      switch scalar.value {
      case 0x5F where XLSXSheetReader.escapedUnit(scalars, at: place) != nil: escaped += "_x005F_"
      case 0x26: escaped += "&amp;"
      case 0x3C: escaped += "&lt;"
      case 0x3E: escaped += "&gt;"
      case 0x09, 0x0A: escaped.unicodeScalars.append(scalar)
      case 0x0D: escaped += "&#13;"
      case 0...0x1F, 0xFFFE...0xFFFF:
        let digits = String(scalar.value, radix: 16, uppercase: true)
        escaped += "_x" + String(repeating: "0", count: 4 - digits.count) + digits + "_"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}

/// A zip archive whose entries are stored without compression.
private struct StoredArchive {
  private var bytes: [UInt8] = []
  private var directory: [UInt8] = []
  private var count = 0

  mutating func add(_ name: String, _ contents: [UInt8]) {
    let offset = bytes.count
    // Version 2.0, names in UTF-8, stored, the first day of the format's calendar.
    var entry: [UInt8] = []
    Self.append([20, 0x0800, 0, 0, 0x21], to: &entry)
    let sums = [Inflate.checksum(contents), UInt32(contents.count), UInt32(contents.count)]
    for value in sums { Self.append(value, to: &entry) }
    Self.append([UInt16(name.utf8.count), 0], to: &entry)
    bytes += [0x50, 0x4B, 3, 4] + entry + Array(name.utf8) + contents
    directory += [0x50, 0x4B, 1, 2, 20, 0] + entry
    Self.append([0, 0, 0, 0, 0], to: &directory)
    Self.append(UInt32(offset), to: &directory)
    directory += Array(name.utf8)
    count += 1
  }

  func finished() -> [UInt8] {
    var end: [UInt8] = [0x50, 0x4B, 5, 6]
    Self.append([0, 0, UInt16(count), UInt16(count)], to: &end)
    Self.append(UInt32(directory.count), to: &end)
    Self.append(UInt32(bytes.count), to: &end)
    Self.append([0], to: &end)
    return bytes + directory + end
  }

  private static func append(_ values: [UInt16], to bytes: inout [UInt8]) {
    for value in values { bytes += [UInt8(value & 0xFF), UInt8(value >> 8)] }
  }

  private static func append(_ value: UInt32, to bytes: inout [UInt8]) {
    append([UInt16(value & 0xFFFF), UInt16(value >> 16)], to: &bytes)
  }
}
