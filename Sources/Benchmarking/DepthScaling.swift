package import Checkpoints
import ProxyVModel

/// From a shallow model to the full depth of its shape.
///
/// The rule: a method's start layers stand in proportion (12 of 32 become 3 of 8), and its time at
/// the full depth is its measured time multiplied by what its prefill executes there, divided by
/// what it executes here: layers that do the same work take the same time. Multiply-adds of both
/// depths follow from the shapes (``MethodCost``). Measuring two depths, one of them the full one,
/// checks the rule.
package struct DepthScaling {
  let shape: Synthesis.Shape
  let configuration: ModelConfiguration
  let tower: CLIPConfiguration
  let prompt: BenchPrompt

  package init(
    shape: Synthesis.Shape, configuration: ModelConfiguration, tower: CLIPConfiguration,
    prompt: BenchPrompt
  ) {
    self.shape = shape
    self.configuration = configuration
    self.tower = tower
    self.prompt = prompt
  }

  var fullDepth: Int { get throws { try Synthesis(shape: shape).configuration().layerCount } }

  /// What the method is called at the full depth.
  package func fullName(_ method: String) throws -> String {
    let (depth, full) = (configuration.layerCount, try fullDepth)
    guard depth != full else { return method }
    return try MethodSpecification(method).parts.map { part in
      let parameters = part.parameters.map { key, value -> (String, String) in
        switch key {
        case "from": return (key, Int(value).map { String($0 * full / depth) } ?? value)
        case "layers":
          let layers = value.split(separator: "/").compactMap { Int($0) }
          let papers = [12, 20, 26]
          // A share such as 26/32 of 8 layers is rounded; at the full depth it is what it was.
          let scaled =
            layers == papers.map { $0 * depth / 32 }
            ? papers.map { $0 * full / 32 } : layers.map { $0 * full / depth }
          return (key, scaled.map(String.init).joined(separator: "/"))
        default: return (key, value)
        }
      }
      return part.name + (parameters.isEmpty ? "" : ":")
        + parameters.map { "\($0)=\($1)" }.joined(separator: ",")
    }.joined(separator: "+")
  }

  /// How many times as much the method's prefill executes at the full depth.
  package func factor(_ method: String) throws -> Double {
    var full = configuration
    full.layerCount = try fullDepth
    full.proxyStartLayer =
      configuration.proxyStartLayer * full.layerCount / configuration.layerCount
    full.lightMLPStartLayer = configuration.lightMLPStartLayer.map {
      $0 * full.layerCount / configuration.layerCount
    }
    return Double(try executed(fullName(method), full))
      / Double(try executed(method, configuration))
  }

  private func executed(_ method: String, _ configuration: ModelConfiguration) throws -> Int {
    let cost = try MethodCost(method, configuration: configuration, tower: tower)
    return cost.cost(
      of: cost.prompt(
        crops: prompt.crops, textTokens: prompt.textTokens, textBeforeImage: prompt.textBeforeImage)
    ).prefill
  }
}
