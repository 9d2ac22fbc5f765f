import Checkpoints
import Hashing
import Tensor

/// One file of a ``PackedWeightsCache``: a page of header, then the packed form as the kernels read
/// it.
///
/// The header holds 8 bytes of magic; the version of this format, the fingerprint of the kernels'
/// layout, the size of the packed form and its checksum, each as 8 bytes, little-endian; the
/// SHA-256 of what the file is about (identity, tensor, rows, storage); and the checksum of all
/// that. The packed form begins on a page, which is what mapping and the kernels' vectors need.
struct PackedWeightsFile {
  /// Which weights: a part of a tensor, in one storage.
  struct Key {
    /// The tensor's name, with the store where there are several.
    var tensor: String
    var rows: [Range<Int>]
    var inputs: Int
    var storage: WeightStorage

    var outputs: Int { rows.reduce(0) { $0 + $1.count } }
    /// Nil where there is nothing to keep.
    var imageSize: Int? {
      LinearWeights.imageSize(outputs: outputs, inputs: inputs, storage: storage)
    }
  }

  let key: Key
  private let subject: [UInt8]
  /// The file's name: readable storage, then what tells subjects apart.
  var name: String { "\(key.storage.rawValue)-\(SHA256.hexadecimal(Array(subject.prefix(16))))" }

  init(key: Key, identity: String) {
    self.key = key
    let rows = key.rows.map { "\($0.lowerBound)-\($0.upperBound)" }.joined(separator: ",")
    var hasher = SHA256()
    hasher.update(
      Array("\(identity)\n\(key.tensor)\n\(rows)\n\(key.inputs)\n\(key.storage.rawValue)".utf8))
    subject = hasher.digest()
  }

  /// Maps a file after checking all of it.
  /// - Throws: ``CheckpointError`` that says what the file is or has that it should not.
  func map(
    _ path: String, compute: Compute
  ) throws(CheckpointError) -> (weights: LinearWeights, bytes: Int) {
    let file: MappedFile
    do { file = try MappedFile(path: path) } catch {
      throw CheckpointError(.unreadableFile, "cannot be read")
    }
    guard let size = key.imageSize else {
      throw CheckpointError(.sizeMismatch, "is about weights that have no packed form")
    }
    guard file.count >= Header.size else {
      throw CheckpointError(.truncatedFile, "ends within its header")
    }
    guard let header = file.withBytes(in: 0..<Header.size, Header.init) else {
      throw CheckpointError(.invalidHeader, "has a damaged header")
    }
    guard header.version == Header.currentVersion,
      header.layout == LinearWeights.layoutFingerprint(of: key.storage)
    else {
      throw CheckpointError(
        .invalidHeader, "was written by a version that packs weights in another order")
    }
    guard header.subject == subject, header.imageSize == UInt64(size) else {
      throw CheckpointError(.invalidHeader, "holds other weights than its name says")
    }
    guard file.count == Header.size + size else {
      throw CheckpointError(
        .truncatedFile, "has \(file.count) bytes instead of \(Header.size + size)")
    }
    let weights: LinearWeights
    do {
      weights = try file.withBytes(in: Header.size..<file.count) { image throws(TensorError) in
        try LinearWeights(
          image: image, keptBy: file, outputs: key.outputs, inputs: key.inputs, storage: key.storage
        )
      }
    } catch { throw CheckpointError(.sizeMismatch, "cannot be used, since \(error.message)") }
    guard weights.checksum(on: compute) == header.checksum else {
      throw CheckpointError(.sizeMismatch, "is damaged: its checksum differs")
    }
    return (weights, size)
  }

  /// Writes the file, which gets its name when it is complete. Returns the size of the packed form.
  func write(
    _ weights: LinearWeights, to path: String, compute: Compute
  ) throws(CheckpointError) -> Int {
    guard let size = key.imageSize else { return 0 }
    let file = try PartialFile(path: path)
    let header = Header(
      layout: LinearWeights.layoutFingerprint(of: key.storage), imageSize: UInt64(size),
      checksum: weights.checksum(on: compute), subject: subject)
    try file.write(header.bytes.span.bytes, at: 0)
    var end = 0
    try weights.withImageParts { part, place throws(CheckpointError) in
      try file.write(part, at: Header.size + place)
      end = place + part.byteCount
    }
    if end < size {
      try file.write([UInt8](repeating: 0, count: size - end).span.bytes, at: Header.size + end)
    }
    // A file that a power failure leaves damaged is noticed by its checksum.
    try file.publish(durably: false)
    return size
  }
}

extension PackedWeightsFile {
  /// The first page of a file.
  struct Header {
    static let size = 4096
    static let currentVersion: UInt64 = 1
    private static let magic = Array("ckpacked".utf8)
    private static let numbers = 4

    var version = currentVersion
    /// The fingerprint of the kernels' layout.
    var layout: UInt64
    var imageSize: UInt64
    var checksum: UInt64
    var subject: [UInt8]

    init(layout: UInt64, imageSize: UInt64, checksum: UInt64, subject: [UInt8]) {
      self.layout = layout
      self.imageSize = imageSize
      self.checksum = checksum
      self.subject = subject
    }

    /// Nil where the page is not such a header, or was damaged.
    init?(_ page: RawSpan) {
      guard page.byteCount == Self.size else { return nil }
      let bytes = (0..<page.byteCount).map { page.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
      func number(_ index: Int) -> UInt64 {
        bytes[8 * (index + 1)..<8 * (index + 2)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
      }
      self.init(
        layout: number(1), imageSize: number(2), checksum: number(3),
        subject: Array(bytes[8 * (Self.numbers + 1)..<8 * (Self.numbers + 1) + 32]))
      version = number(0)
      guard self.bytes == bytes else { return nil }
    }

    /// The page, its own checksum included.
    var bytes: [UInt8] {
      func little(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
      }
      var page = Self.magic + [version, layout, imageSize, checksum].flatMap(little) + subject
      page += little(LinearWeights.checksum(of: page.span.bytes))
      return page + [UInt8](repeating: 0, count: Self.size - page.count)
    }
  }
}
