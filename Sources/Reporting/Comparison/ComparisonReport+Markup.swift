import Comparison
import Foundation
import Statistics

extension ComparisonReport {
  /// JUnit's XML: one test case per figure that decides, and one for the answers where they are to
  /// be identical.
  var junit: String {
    var cases: [(name: String, group: String, result: String)] = comparison.outcome.figures.map {
      let parts = $0.name.split(separator: "/", maxSplits: 1).map(String.init)
      return (parts.last ?? $0.name, parts.first ?? "", result($0))
    }
    if comparison.options.gate?.expectsIdentical ?? false {
      let result =
        comparison.verdict == .changedAnswers
        ? Self.element("failure", "changed answers", comparison.sentence) : ""
      cases.append(("answers are identical", "answers", result))
    }
    let failures = cases.count { $0.result.contains("<failure") }
    let errors = cases.count { $0.result.contains("<error") }
    let skipped = cases.count { $0.result.contains("<skipped") }
    let lines = cases.map { entry in
      """
          <testcase name=\"\(ShownText.html(entry.name))\" \
      classname=\"\(ShownText.html(entry.group))\">
      """
        + entry.result + "</testcase>"
    }
    return
      ([
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
        "<testsuites name=\"proxyv-eval compare\" tests=\"\(cases.count)\" failures=\"\(failures)\""
          + " errors=\"\(errors)\" skipped=\"\(skipped)\">",
        "  <testsuite name=\"\(ShownText.html(comparison.sentence))\" tests=\"\(cases.count)\""
          + " failures=\"\(failures)\" errors=\"\(errors)\" skipped=\"\(skipped)\">",
      ] + lines + ["  </testsuite>", "</testsuites>"]).joined(separator: "\n") + "\n"
  }

  private func result(_ decision: Gate.Decision) -> String {
    let figure = comparison.benchmarks.flatMap(\.figures).first { $0.key == decision.name }
    let text = figure.map(Self.summary) ?? ""
    switch decision.verdict {
    case .noRegression: return ""
    case .regression: return Self.element("failure", "regression", text)
    case .missing: return Self.element("error", "missing", text)
    case .incomparable, .incomplete: return Self.element("error", "incomparable", text)
    case .cannotTell:
      let isStrict = comparison.options.gate?.isStrict ?? false
      // The same answers of the same model leave nothing to tell.
      if comparison.verdict == .identical { return "" }
      return Self.element(isStrict ? "failure" : "skipped", "cannot tell", text)
    }
  }

  private static func summary(_ figure: FigureComparison) -> String {
    let delta = figure.difference
    return String(
      format: "%.4f -> %.4f, difference %+.4f, interval %@, margin %g", figure.a?.value ?? .nan,
      figure.b?.value ?? .nan, delta?.value ?? .nan, interval(delta).shown,
      figure.margin ?? .nan)
  }

  private static func element(_ name: String, _ message: String, _ text: String) -> String {
    "<\(name) message=\"\(ShownText.html(message))\">\(ShownText.html(text))</\(name)>"
  }
}
