import Foundation
import TestSupport
import Testing

/// A file system with too little room; mounting one needs rights that a user may lack.
enum SmallDisk {
  static let canMount: Bool = {
    (try? TestMaterial.withTemporaryFolder {
      try geteuid() == 0 && shell("mount -t tmpfs -o size=64k none '\($0)' && umount '\($0)'") == 0
    }) ?? false
  }()

  /// Calls `body` with an empty file system of `size`, for example `32k`.
  static func with(size: String, _ body: (_ disk: String) throws -> Void) throws {
    try TestMaterial.withTemporaryFolder { folder in
      let disk = folder + "/disk"
      try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
      try #require(try shell("mount -t tmpfs -o size=\(size) none '\(disk)'") == 0)
      defer { _ = try? shell("umount '\(disk)'") }
      try body(disk)
    }
  }

  static func grow(_ disk: String, to size: String) throws {
    try #require(try shell("mount -o remount,size=\(size) '\(disk)'") == 0)
  }

  /// Nothing can be written from now on.
  static func makeReadOnly(_ disk: String) throws {
    try #require(try shell("mount -o remount,ro '\(disk)'") == 0)
  }

  private static func shell(_ command: String) throws -> Int32 {
    try ChildProcess("/bin/sh", ["-c", command], output: .null).wait().status
  }
}
