/// Gzip files without a compressor: members of stored blocks.
public enum StoredGzip {
  public static func bytes(_ content: [UInt8]) -> [UInt8] {
    func little(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(value >> (8 * $0) & 0xFF) } }
    var checksum: UInt32 = 0xFFFF_FFFF
    for byte in content {
      checksum ^= UInt32(byte)
      for _ in 0..<8 { checksum = checksum >> 1 ^ (checksum & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
    var file: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
    var start = 0
    repeat {
      let end = min(content.count, start + 0xFFFF)
      let count = UInt16(end - start)
      file.append(end == content.count ? 1 : 0)
      file += [count, ~count].flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
      file += content[start..<end]
      start = end
    } while start < content.count
    return file + little(~checksum) + little(UInt32(truncatingIfNeeded: content.count))
  }
}
