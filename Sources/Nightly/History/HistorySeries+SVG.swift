import Foundation
import Reporting

/// A series as a drawing: values with their intervals, changes of level, and where the program's
/// version changed.
extension HistorySeries {
  public var svg: String {
    let (width, height, left, top) = (820.0, 300.0, 60.0, 34.0)
    let (plotWidth, plotHeight) = (width - left - 20, height - top - 46)
    let values = points.flatMap { [$0.value, $0.low, $0.high].compactMap { $0 } }
    let lowest = values.min() ?? 0
    let highest = values.max() ?? 1
    let span = highest > lowest ? highest - lowest : 1
    func x(_ place: Int) -> Double {
      left + (points.count > 1 ? plotWidth * Double(place) / Double(points.count - 1) : 0)
    }
    func y(_ value: Double) -> Double { top + plotHeight * (1 - (value - lowest) / span) }
    func number(_ value: Double) -> String { String(format: "%.1f", value) }
    func label(_ text: String, _ x: Double, _ y: Double, _ anchor: String = "start") -> String {
      "<text x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\">"
        + "\(ShownText.html(text))</text>\n"
    }
    var body = label("\(name) (\(profile))", left, 18)
    for value in [lowest, lowest + span / 2, lowest + span] {
      body +=
        "<line x1=\"\(number(left))\" x2=\"\(number(left + plotWidth))\" y1=\"\(number(y(value)))\""
        + " y2=\"\(number(y(value)))\" stroke=\"#ddd\"/>\n"
      body += label(String(format: "%.4g", value), left - 6, y(value) + 4, "end")
    }
    // Where the version changed: a tick with the new one.
    for place in points.indices.dropFirst()
    where points[place].codeVersion != points[place - 1].codeVersion {
      body +=
        "<line class=\"version\" x1=\"\(number(x(place)))\" x2=\"\(number(x(place)))\""
        + " y1=\"\(number(top + plotHeight))\" y2=\"\(number(top + plotHeight + 6))\""
        + " stroke=\"#555\"><title>\(ShownText.html(points[place].codeVersion))</title></line>\n"
    }
    for change in changes() {
      guard let place = points.firstIndex(where: { $0.night == change.night }) else { continue }
      let dashes = change.isProvisional ? " stroke-dasharray=\"4 3\"" : ""
      body +=
        "<line class=\"change\" x1=\"\(number(x(place)))\" x2=\"\(number(x(place)))\""
        + " y1=\"\(number(top))\" y2=\"\(number(top + plotHeight))\" stroke=\"#c33\"\(dashes)>"
        + "<title>\(ShownText.html(change.sentence))</title></line>\n"
    }
    for (place, point) in points.enumerated() {
      guard let low = point.low, let high = point.high else { continue }
      body +=
        "<line x1=\"\(number(x(place)))\" x2=\"\(number(x(place)))\" y1=\"\(number(y(low)))\""
        + " y2=\"\(number(y(high)))\" stroke=\"#9bd\"/>\n"
    }
    let line = points.enumerated().map { "\(number(x($0))),\(number(y($1.value)))" }
    body += "<polyline points=\"\(line.joined(separator: " "))\" fill=\"none\" stroke=\"#247\"/>\n"
    for (place, point) in points.enumerated() {
      let fill = point.isPartial ? "#fff" : "#247"
      body +=
        "<circle cx=\"\(number(x(place)))\" cy=\"\(number(y(point.value)))\" r=\"3\""
        + " fill=\"\(fill)\" stroke=\"#247\"><title>\(point.night): \(point.value),"
        + " code \(ShownText.html(point.codeVersion))</title></circle>\n"
    }
    if let first = points.first, let last = points.last {
      body += label(first.night, left, height - 14)
      if points.count > 1 { body += label(last.night, left + plotWidth, height - 14, "end") }
    }
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Int(width)) \(Int(height))\""
      + " font-family=\"sans-serif\" font-size=\"12\">\n\(body)</svg>\n"
  }
}
