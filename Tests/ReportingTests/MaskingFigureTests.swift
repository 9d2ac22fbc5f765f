import DataFormats
import Foundation
import Reporting
import Testing

@Suite struct MaskingFigureTests {
  private static let runs = [(32, 60.0), (24, 60), (16, 57), (8, 45), (0, 36)].map {
    MaskingFigure.Point(from: $0.0, score: $0.1, samples: 20)
  }

  @Test func scoresAreRelativeToTheUnmaskedRun() {
    let curve = MaskingFigure.Curve(
      title: "DocVQA", figure: "anls", runs: [2, 0, 4, 3, 1].map { Self.runs[$0] }, layers: 32)
    #expect(curve.points.map(\.share) == [0, 0.25, 0.5, 0.75, 1])
    #expect(curve.points.map(\.relative) == [100, 100, 95, 75, 60])
  }

  @Test func nothingIsRelativeToZero() throws {
    let curve = MaskingFigure.Curve(
      title: "MME", figure: "anls",
      runs: [.init(from: 4, score: 0, samples: 3), .init(from: 0, score: 0, samples: 3)], layers: 4)
    #expect(curve.points.allSatisfy { $0.relative.isNaN })
    let figure = MaskingFigure([curve])
    #expect(
      !figure.svg.contains("nan,") && !figure.svg.contains("\"nan")
        && !figure.svg.contains("<circle"))
    #expect(figure.table.text(.markdown).contains("n/a"))
  }

  @Test func theFigureHasAPointForEveryRunInsideItsFrame() throws {
    let svg = MaskingFigure([
      .init(title: "A & B", figure: "anls", runs: Self.runs, layers: 32),
      .init(
        title: "C", figure: "anls",
        runs: [.init(from: 32, score: 1, samples: 1), .init(from: 0, score: 3, samples: 1)],
        layers: 32),
    ]).svg
    #expect(svg.contains("A &amp; B") && svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n"))
    let heights = svg.matches(of: /cy="([0-9.]+)"/).compactMap { Double($0.1) }
    #expect(heights.count == 7 && heights.allSatisfy { (20...340).contains($0) })
    let table = MaskingFigure([.init(title: "A", figure: "anls", runs: Self.runs, layers: 32)])
      .table
    #expect(table.rows.count == 5 && table.rows.allSatisfy { $0["Figure"] == .text("anls") })
  }
}
