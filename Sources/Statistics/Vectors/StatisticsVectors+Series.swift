import DataFormats

extension StatisticsVectors {
  static func changePoints(_ line: JSONNode) throws -> JSONValue {
    guard try kind(line) == "change_points" else { throw try unknownKind("change_points", line) }
    let series = try line["series"].list().map { try $0.value.isNull ? nil : number($0) }
    let result = ChangePoints(
      series,
      parameters: .init(
        window: try count(line["window"], atLeast: 2), maximumP: try line["max_p"].double(),
        minimumMagnitude: try line["min_magnitude"].double()))
    return [
      "weak": .array(result.weak.map { .integer($0) }),
      "points": .array(
        result.points.map { point in
          [
            "index": .integer(point.index), "mean_1": .number(point.meanBefore),
            "mean_2": .number(point.meanAfter), "std_1": .number(point.deviationBefore),
            "std_2": .number(point.deviationAfter), "p": .number(point.p),
            "magnitude": .number(point.magnitude),
          ]
        }),
    ]
  }

  static func permutation(_ line: JSONNode) throws -> JSONValue {
    guard try kind(line) == "permutation_divisive" else {
      throw try unknownKind("edivisive_permutation", line)
    }
    let result = PermutationChangePoints(
      try numbers(line["series"]), alpha: try probability(line["alpha"]),
      minimumSize: try count(line["min_size"], atLeast: 1), draws: try count(line["draws"]),
      seed: try unsigned(line["seed"]), label: try line["label"].string())
    return [
      "points": .array(result.points.map { .integer($0) }),
      "trail": .array(
        result.trials.map { trial in
          [
            "index": .integer(trial.index), "q": .number(trial.divergence),
            "extreme": .integer(trial.extreme), "p": .number(trial.p),
          ]
        }),
    ]
  }
}
