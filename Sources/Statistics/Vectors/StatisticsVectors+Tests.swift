import DataFormats

extension StatisticsVectors {
  static func distribution(_ line: JSONNode) throws -> JSONValue {
    switch try kind(line) {
    case "t_quantile":
      return .number(
        StudentT.quantile(try probability(line["p"]), df: try positive(line["df"])))
    case "t_upper_tail":
      return .number(StudentT.upperTail(try number(line["t"]), df: try positive(line["df"])))
    case "normal_quantile":
      return .number(NormalDistribution.quantile(try probability(line["p"])))
    case "poisson_upper":
      return .number(
        PoissonDistribution.upperLimit(
          try count(line["k"]), alpha: try probability(line["alpha"])))
    default: throw try unknownKind("distributions", line)
    }
  }

  static func counts(_ line: JSONNode) throws -> JSONValue {
    let losses = try count(line["losses"])
    let gains = try count(line["gains"])
    switch try kind(line) {
    case "mcnemar":
      let test = McNemar(losses: losses, gains: gains)
      return [
        "p_two": .number(test.twoSidedP), "p_mid": .number(test.midP),
        "p_less": .number(test.lowerP),
      ]
    case "e_value": return .number(RunningEvidence.eValue(losses: losses, gains: gains))
    default: throw try unknownKind("mcnemar", line)
    }
  }

  static func multiplicity(_ line: JSONNode) throws -> JSONValue {
    switch try kind(line) {
    case "adjust":
      let p = try numbers(line["p"])
      return [
        "holm": .array(Multiplicity.holm(p).map { .number($0) }),
        "benjamini_hochberg": .array(Multiplicity.benjaminiHochberg(p).map { .number($0) }),
      ]
    case "spending":
      return .number(
        Multiplicity.spentAlpha(
          try probability(line["alpha"]), comparison: try count(line["k"], atLeast: 1)))
    default: throw try unknownKind("multiplicity", line)
    }
  }

  static func power(_ line: JSONNode) throws -> JSONValue {
    switch try kind(line) {
    case "minimum_detectable":
      return .number(
        Power.minimumDetectable(
          standardError: try line["se"].double(), alpha: try probability(line["alpha"]),
          power: try probability(line["power"]), family: try count(line["family"], atLeast: 1)))
    case "planned_se":
      let plan = Power.Plan(
        units: try count(line["n"], atLeast: 1), flipRate: try line["flip_rate"].double(),
        correlation: try line["rho"].double(),
        weightedClusterSize: try line["weighted_cluster_size"].double())
      return [
        "design_effect": .number(plan.designEffect), "se": .number(plan.standardError),
        "mde": .number(Power.minimumDetectable(standardError: plan.standardError)),
        "mde_family_10": .number(
          Power.minimumDetectable(standardError: plan.standardError, family: 10)),
      ]
    default: throw try unknownKind("power", line)
    }
  }

  static func gate(_ line: JSONNode) throws -> JSONValue {
    let family = try line["figures"].list().map { node -> Gate.Figure in
      let status = try node.optional("status")?.string() ?? Gate.Figure.Status.compared.rawValue
      guard let status = Gate.Figure.Status(rawValue: status) else {
        throw try node["status"].mismatch("compared, missing or incomparable")
      }
      var figure = Gate.Figure(name: try node["name"].string(), status: status)
      guard status == .compared else { return figure }
      figure.difference = try node["delta"].double()
      figure.standardError = try node.optional("se")?.double()
      figure.degreesOfFreedom = try node.optional("df")?.double()
      figure.lowerP = try node["p_less"].double()
      figure.margin = try node["margin"].double()
      figure.losingClusters = try count(node["losing_clusters"])
      figure.gainingClusters = try count(node["gaining_clusters"])
      figure.largestStep = try node["max_step"].double()
      figure.compared = try count(node["compared"])
      figure.total = try count(node["total"])
      figure.range = try node["range"].double()
      return figure
    }
    let outcome = Gate.decide(family, alpha: try probability(line["alpha"]))
    return [
      "figures": .array(
        zip(family, outcome.figures).map { figure, decision in
          var members: JSONValue = [
            "name": .string(decision.name), "verdict": .string(decision.verdict.rawValue),
            "p_holm": .number(decision.holmP), "low": optional(decision.low),
          ]
          if figure.status == .compared, case .object(var object) = members {
            object["note"] = decision.note.map { .string($0.rawValue) } ?? .null
            members = .object(object)
          }
          return members
        }), "overall": .string(outcome.overall.rawValue),
      "exit": .integer(Int(outcome.exitCode(strict: false))),
      "exit_strict": .integer(Int(outcome.exitCode(strict: true))),
    ]
  }
}
