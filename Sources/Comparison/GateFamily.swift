import Statistics

/// The figures that decide together, each with its margin (docs/comparison.md, section 7).
struct GateFamily {
  private(set) var figures: [Gate.Figure] = []

  /// The family that the gate names, or every deciding figure that either side has: a benchmark
  /// that is on one side only keeps its place.
  init(
    _ compared: [BenchmarkComparison], unpaired: [Comparison.Unpaired], suite: SuiteFigure?,
    options: ComparisonOptions
  ) {
    let deciding = compared.flatMap(\.figures).filter { $0.figure.margin != nil }
    let all = compared.flatMap(\.figures)
    func add(_ figure: FigureComparison) {
      guard !figures.contains(where: { $0.name == figure.key }) else { return }
      figures.append(figure.gateFigure(margin: Self.margin(of: figure, options.gate)))
    }
    guard let names = options.gate?.family else {
      for figure in deciding { add(figure) }
      for missing in unpaired {
        figures.append(Gate.Figure(name: missing.benchmark, status: .missing))
      }
      return
    }
    for name in names {
      if name == GateConfiguration.suite {
        figures.append(
          suite?.gateFigure(margin: options.gate?.margins[name] ?? GateConfiguration.suiteMargin)
            ?? Gate.Figure(name: name, status: .missing))
        continue
      }
      // A benchmark's name stands for its deciding figures.
      let named = all.filter { $0.key == name }
      let members = named.isEmpty ? deciding.filter { $0.benchmark == name } : named
      if members.isEmpty { figures.append(Gate.Figure(name: name, status: .missing)) }
      for member in members { add(member) }
    }
  }

  /// The figure's own name decides before its benchmark's, and that before the benchmark's default.
  private static func margin(of figure: FigureComparison, _ gate: GateConfiguration?) -> Double {
    gate?.margins[figure.key] ?? gate?.margins[figure.benchmark] ?? gate?.commonMargin
      ?? figure.figure.margin ?? 0
  }
}
