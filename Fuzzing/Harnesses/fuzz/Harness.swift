import Foundation
import FuzzTargets

/// The target that `PROXYV_FUZZ_TARGET` names; `Scripts/fuzz` sets it.
private let target: FuzzTarget = {
  let name = ProcessInfo.processInfo.environment["PROXYV_FUZZ_TARGET"] ?? ""
  guard let target = FuzzTarget(rawValue: name) else {
    fatalError(
      """
      PROXYV_FUZZ_TARGET must be one of \
      \(FuzzTarget.allCases.map(\.rawValue).joined(separator: ", "))
      """
    )
  }
  return target
}()

/// libFuzzer calls this with each input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  target.run([UInt8](UnsafeBufferPointer(start: start, count: count)))
  return 0
}
