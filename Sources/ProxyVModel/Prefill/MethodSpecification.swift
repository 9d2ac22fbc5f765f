import Diagnostics

/// A method as written on the command line: `name`, or `name:key=value,key=value`; a reduction and
/// a prefill method are joined with `+` (`visionzip:dominant=360,contextual=40+proxyv`).
public struct MethodSpecification: Sendable, Equatable {
  public struct Part: Sendable, Equatable {
    public var name: String
    public var parameters: [(key: String, value: String)]

    public static func == (a: Part, b: Part) -> Bool {
      a.name == b.name && a.parameters.elementsEqual(b.parameters) { $0 == $1 }
    }
  }

  public var parts: [Part]

  /// - Throws: ``ModelError`` `unknown-method` for what does not follow the grammar.
  public init(_ text: String) throws(ModelError) {
    parts = []
    for piece in text.split(separator: "+", omittingEmptySubsequences: false) {
      let halves = piece.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      var part = Part(name: String(halves[0]), parameters: [])
      for entry in halves.count > 1
        ? halves[1].split(separator: ",", omittingEmptySubsequences: false) : []
      {
        let pair = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard pair.count == 2, !pair[0].isEmpty, !pair[1].isEmpty else {
          throw ModelError(
            .unknownMethod,
            """
            \"\(entry)\" in --method \"\(text)\" is no key=value; a method is written as \
            visionzip:dominant=360,contextual=40, a list as pyramiddrop:layers=12/20/26
            """
          )
        }
        guard !part.parameters.contains(where: { $0.key == pair[0] }) else {
          throw ModelError(
            .unknownMethod, "--method \"\(text)\" gives \(pair[0]) twice; give it once")
        }
        part.parameters.append((String(pair[0]), String(pair[1])))
      }
      parts.append(part)
    }
  }
}

extension MethodSpecification {
  /// Several methods in one text, separated by commas or spaces. Commas also separate a method's
  /// parameters: a piece such as `contextual=40` belongs to the method before it.
  public static func names(_ text: String) -> [String] {
    text.split { $0 == "," || $0 == " " }.reduce(into: []) { names, piece in
      let isParameter = piece.contains("=") && !piece.prefix { $0 != "=" }.contains(":")
      if isParameter, let method = names.popLast() {
        names.append("\(method),\(piece)")
      } else {
        names.append(String(piece))
      }
    }
  }
}

extension MethodSpecification.Part {
  /// Refuses parameters that the method does not have.
  func check(_ known: [String]) throws(ModelError) {
    for (key, _) in parameters where !known.contains(key) {
      let help = known.isEmpty ? "it takes none" : suggestion(for: key, among: known)
      throw ModelError(.unknownMethod, "the method \(name) has no parameter \"\(key)\"; \(help)")
    }
  }

  func text(_ key: String) -> String? { parameters.last { $0.key == key }?.value }

  /// An integer parameter within bounds.
  func int(
    _ key: String, default fallback: Int? = nil, in bounds: ClosedRange<Int>
  ) throws(ModelError) -> Int {
    guard let text = text(key) else {
      guard let fallback else {
        throw ModelError(
          .unknownMethod,
          "the method \(name) needs \(key)=N, for example \(name):\(key)=\(bounds.lowerBound)")
      }
      return fallback
    }
    guard let value = Int(text), bounds.contains(value) else {
      throw ModelError(
        .unknownMethod,
        """
        \(name): \(key)=\(text) is not possible here; it must be from \(bounds.lowerBound) to \
        \(bounds.upperBound)
        """
      )
    }
    return value
  }
}
