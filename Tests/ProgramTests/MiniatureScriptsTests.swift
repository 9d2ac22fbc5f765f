import Foundation
import TestSupport
import Testing

/// What `Scripts/miniature` says where something is missing.
@Suite struct MiniatureScriptsTests {
  @Test func `training without Python says what to install`() throws {
    try TestMaterial.withTemporaryFolder { folder in
      // A copy, because the checkout may have its virtual environment already.
      for file in ["python", "train", "requirements.txt"] {
        try FileManager.default.copyItem(
          atPath: TestMaterial.project + "/Scripts/miniature/" + file, toPath: folder + "/" + file)
      }
      let outcome = try ChildProcess.run(
        folder + "/train", ["out"], environment: ["MINIATURE_PYTHON": "no-such-python"])
      #expect(outcome.status == 1)
      let sentence = "miniature: there is no no-such-python; install Python 3.11 or later with venv"
      #expect(outcome.errors.hasPrefix(sentence), "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1)
    }
  }
}
