import Foundation
import FuzzTargets
import TestSupport
import Testing

/// The files that fuzzing found worth keeping, read again by every run of the tests: none may trap
/// or hang.
@Suite struct CorporaTests {
  @Test(arguments: FuzzTarget.allCases) func everyInputIsReadOrRefused(target: FuzzTarget) throws {
    let folder = "\(TestMaterial.project)/Fuzzing/Corpora/\(target.rawValue)"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
      !$0.hasPrefix(".")
    }
    #expect(names.count >= 20)
    var accepted = 0
    for name in names
    where target.run([UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))) {
      accepted += 1
    }
    // A corpus of nothing but rubbish, or a parser that takes everything, would test little.
    #expect(accepted > 0 && accepted < names.count)
  }
}
