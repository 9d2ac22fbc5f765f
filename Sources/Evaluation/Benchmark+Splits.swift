/// A benchmark whose data have splits of names that elsewhere mean one split.
public protocol SplitNamed: Benchmark {
  /// The names, in lower case, of the split that is asked by itself; every other name is another
  /// split. By default `val`, `validation` and `dev` are one.
  var splitNames: [String] { get }
}

/// A benchmark whose own split comes without references: a server has them. Elsewhere data without
/// references are damaged.
public protocol AnswersKeptByServer: Benchmark {}
