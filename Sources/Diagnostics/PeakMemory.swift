import Foundation

/// The most memory in bytes that this process has had resident so far (`VmHWM`), or nil where the
/// system does not say.
public func peakMemory() -> Int? {
  guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
    let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
    let kilobytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({ Int($0) }
    )
  else { return nil }
  return kilobytes * 1024
}

/// Bytes for people: `15.25 GiB`, `312 MiB`.
public func readableSize(_ bytes: Int) -> String {
  bytes >= 1 << 30
    ? String(format: "%.2f GiB", Double(bytes) / Double(1 << 30))
    : "\((bytes + (1 << 19)) >> 20) MiB"
}

/// Makes ``peakMemory()`` count from now on.
/// - Returns: false where the system does not allow it
public func resetPeakMemory() -> Bool {
  (try? Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs"))) != nil
}
