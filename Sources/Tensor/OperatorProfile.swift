import Synchronization

/// Where the time goes: seconds, multiply-adds and bytes of every operator, by what it does and the
/// shape of its weights. Off by default, when an operator pays one load of a flag for it.
///
/// ```swift
/// compute.profile.start()
/// _ = try model.prefill(prompt, images: images)
/// for (operation, work) in compute.profile.stop() { print(operation, work.seconds) }
/// ```
public final class OperatorProfile: Sendable {
  /// What an operator does: calls that agree in all of this are added up.
  public struct Operation: Hashable, Sendable {
    /// `linear`, `gated linear`, `attention`, `rms norm`.
    public let name: String
    /// `4096 -> 11008`, or empty where only the number of elements matters.
    public let shape: String
    /// How the weights are stored; nil where there are none.
    public let storage: WeightStorage?
  }

  /// What was done.
  public struct Work: Sendable, Equatable {
    public var calls = 0
    public var seconds = 0.0
    public var multiplyAdds = 0
    /// What must pass through memory once at least: operands read, weights read, results written.
    public var bytes = 0
  }

  /// One call of an operator.
  struct Call {
    let operation: Operation
    let multiplyAdds: Int
    let bytes: Int
  }

  private struct State {
    var order: [Operation] = []
    var works: [Operation: Work] = [:]
  }

  private let isOn = Atomic<Bool>(false)
  private let state = Mutex(State())

  /// Forgets what was counted and counts from now on.
  public func start() {
    state.withLock { $0 = State() }
    isOn.store(true, ordering: .relaxed)
  }

  /// Counts no longer.
  /// - Returns: what was counted, in the order of first use
  public func stop() -> [(operation: Operation, work: Work)] {
    isOn.store(false, ordering: .relaxed)
    return state.withLock { state in state.order.map { ($0, state.works[$0] ?? Work()) } }
  }

  /// Runs an operator; `description` is asked for only while counting.
  func measure<R>(
    _ description: @autoclosure () -> Call, _ body: () -> R
  ) -> R {
    guard isOn.load(ordering: .relaxed) else { return body() }
    let clock = ContinuousClock()
    let start = clock.now
    let result = body()
    let seconds = (clock.now - start) / .seconds(1)
    let call = description()
    state.withLock { state in
      if state.works[call.operation] == nil { state.order.append(call.operation) }
      state.works[call.operation, default: Work()].add(seconds, call)
    }
    return result
  }
}

extension OperatorProfile.Work {
  fileprivate mutating func add(_ seconds: Double, _ call: OperatorProfile.Call) {
    calls += 1
    self.seconds += seconds
    multiplyAdds += call.multiplyAdds
    bytes += call.bytes
  }
}

extension OperatorProfile.Call {
  /// An operator on rows whose elements are touched `passes` times, read and written.
  static func rows(_ name: String, elements: Int, passes: Int) -> Self {
    Self(
      operation: .init(name: name, shape: "", storage: nil), multiplyAdds: 0,
      bytes: 4 * passes * elements)
  }

  /// Linear maps of one input.
  static func linear(
    rows: Int, inputs: Int, maps: [LinearWeights], gated: Bool = false, residual: Bool = false
  ) -> Self {
    let outputs = maps.reduce(0) { $0 + $1.outputs }
    let results = (gated ? outputs / 2 : outputs) * (residual ? 2 : 1)
    let shape = "\(inputs) -> " + maps.map { "\($0.outputs)" }.joined(separator: " + ")
    return Self(
      operation: .init(
        name: gated ? "gated linear" : "linear", shape: shape, storage: maps.first?.storage),
      multiplyAdds: rows * inputs * outputs,
      bytes: 4 * rows * (inputs + results) + maps.reduce(0) { $0 + $1.bytes })
  }

  static func attention(heads: Int, headDimension: Int, multiplyAdds: Int, bytes: Int) -> Self {
    Self(
      operation: .init(name: "attention", shape: "\(heads) x \(headDimension)", storage: nil),
      multiplyAdds: multiplyAdds, bytes: bytes)
  }
}
