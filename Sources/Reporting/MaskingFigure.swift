import Foundation

/// Figure 2 of the paper for any checkpoint: the score relative to the unmasked model against the
/// share of masked layers.
public struct MaskingFigure: Sendable {
  /// A run of the series: from which layer on attention was masked, and how it scored.
  public struct Point: Sendable {
    public let from: Int
    public let score: Double
    /// Samples that the score is over.
    public let samples: Int

    public init(from: Int, score: Double, samples: Int) {
      self.from = from
      self.score = score
      self.samples = samples
    }
  }

  /// A benchmark's curve over the share of layers masked from the end (0 to 1), in percent of the
  /// unmasked score.
  public struct Curve: Sendable {
    public let title: String
    /// The evaluator's name of the score.
    let figure: String
    let runs: [Point]
    let layers: Int

    /// - Parameter runs: the one with `from` equal to `layers` is unmasked; without it, or where it
    ///   scores 0, nothing can be relative to it
    public init(title: String, figure: String, runs: [Point], layers: Int) {
      self.title = title
      self.figure = figure
      self.runs = runs.sorted { $0.from > $1.from }
      self.layers = layers
    }

    public var points: [(share: Double, relative: Double)] {
      let unmasked = runs.first { $0.from == layers }?.score ?? .nan
      return runs.map {
        (Double(layers - $0.from) / Double(layers), unmasked > 0 ? 100 * $0.score / unmasked : .nan)
      }
    }
  }

  private let curves: [Curve]

  public init(_ curves: [Curve]) { self.curves = curves }

  /// The table behind the figure.
  public var table: ResultTable {
    var table = ResultTable(columns: [
      "Benchmark", "Figure", "Masked from layer", "Layers masked %", "Score", "Relative score %",
      "Samples",
    ])
    for curve in curves {
      for (run, point) in zip(curve.runs, curve.points) {
        table.append([
          "Benchmark": .text(curve.title), "Figure": .text(curve.figure),
          "Masked from layer": run.from == curve.layers ? .empty : .integer(run.from),
          "Layers masked %": .number(100 * point.share, decimals: 1),
          "Score": .number(run.score, decimals: 2),
          "Relative score %": .number(point.relative, decimals: 1),
          "Samples": .integer(run.samples),
        ])
      }
    }
    return table
  }

  /// A figure of 720 x 400; the vertical axis reaches from 0 to the largest value, at least 110 %.
  public var svg: String {
    let (left, top, width, height) = (60.0, 20.0, 440.0, 320.0)
    let largest = max(
      110, (curves.flatMap(\.points).map(\.relative).filter(\.isFinite).max() ?? 100) * 1.05)
    func x(_ share: Double) -> String { String(format: "%.1f", left + share * width) }
    func y(_ value: Double) -> String {
      String(format: "%.1f", top + height * (1 - value / largest))
    }
    var parts = [
      """
      <svg xmlns=\"http://www.w3.org/2000/svg\" width=\"720\" height=\"400\" viewBox=\"0 0 720 \
      400\" font-family=\"sans-serif\" font-size=\"12\">
      """,
      "<rect width=\"720\" height=\"400\" fill=\"white\"/>",
    ]
    for percent in stride(from: 0.0, through: largest, by: 20) {
      parts.append(
        """
        <line x1=\"\(x(0))\" x2=\"\(x(1))\" y1=\"\(y(percent))\" y2=\"\(y(percent))\" \
        stroke=\"\(percent == 100 ? "#888" : "#ddd")\"/>
        """
      )
      parts.append(
        """
        <text x=\"\(left - 8)\" y=\"\(y(percent))\" text-anchor=\"end\" \
        dominant-baseline=\"middle\">\(Int(percent))</text>
        """
      )
    }
    for share in stride(from: 0.0, through: 1.0, by: 0.25) {
      parts.append(
        """
        <text x=\"\(x(share))\" y=\"\(top + height + 18)\" \
        text-anchor=\"middle\">\(Int(share * 100))</text>
        """
      )
    }
    parts.append(
      """
      <text x=\"\(left + width / 2)\" y=\"\(top + height + 40)\" text-anchor=\"middle\">layers \
      without vision-to-vision attention, from the end (%)</text>
      """
    )
    parts.append(
      """
      <text transform=\"translate(16 \(top + height / 2)) rotate(-90)\" \
      text-anchor=\"middle\">score relative to the unmasked model (%)</text>
      """
    )
    let colours = [
      "#0b6fa4", "#d1495b", "#5f8f3a", "#8d5aa8", "#c7822b", "#3c8c84", "#7a7a7a", "#a0522d",
      "#333333",
    ]
    for (index, curve) in curves.enumerated() {
      let colour = colours[index % colours.count]
      let points = curve.points.filter { $0.relative.isFinite }
      let corners = points.map { "\(x($0.share)),\(y($0.relative))" }.joined(separator: " ")
      parts.append(
        #"<polyline fill="none" stroke="\#(colour)" stroke-width="2" points="\#(corners)"/>"#)
      for point in points {
        parts.append(
          """
          <circle cx=\"\(x(point.share))\" cy=\"\(y(point.relative))\" r=\"3\" \
          fill=\"\(colour)\"/>
          """
        )
      }
      let line = top + 14 + Double(index) * 18
      let title = Self.escaped(curve.title) + (points.isEmpty ? ": no curve" : "")
      parts.append(
        """
        <line x1=\"515\" x2=\"535\" y1=\"\(line)\" y2=\"\(line)\" stroke=\"\(colour)\" \
        stroke-width=\"2\"/>
        """
      )
      parts.append(
        #"<text x="542" y="\#(line)" dominant-baseline="middle">\#(title)</text>"#
      )
    }
    return parts.joined(separator: "\n") + "\n</svg>\n"
  }

  private static func escaped(_ text: String) -> String { ShownText.html(text) }
}
