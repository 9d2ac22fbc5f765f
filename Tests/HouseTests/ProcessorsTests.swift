import Foundation
import TestSupport
import Testing

/// The C of this project on a processor that is not here: nothing of x86 may stand outside its
/// guards. The headers come with Debian's libc6-dev-arm64-cross (`Scripts/setup --with-peers`).
@Suite struct ProcessorsTests {
  private static let headers = "/usr/aarch64-linux-gnu/include"

  @Test(
    .enabled(
      if: FileManager.default.fileExists(atPath: headers), "needs libc6-dev-arm64-cross"),
    arguments: ["CKernels", "CImageKernels"])
  func `every C file compiles for aarch64 without a warning`(target: String) throws {
    let folder = TestMaterial.project + "/Sources/" + target
    let files = try FileManager.default.contentsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".c") }
    #expect(files.count > 4)
    let outcome = try ChildProcess.run(
      "/usr/bin/env",
      [
        "clang", "-target", "aarch64-linux-gnu", "-std=gnu11", "-fsyntax-only", "-Wall", "-Wextra",
        "-Werror", "-nostdlibinc", "-isystem", Self.headers, "-I", folder + "/include",
      ] + files.map { folder + "/" + $0 })
    #expect(outcome.status == 0, "\(outcome.errors)")
  }
}
