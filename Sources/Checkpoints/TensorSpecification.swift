/// A tensor that a model needs or that a file shall hold.
public struct TensorSpecification: Sendable, Hashable {
  /// What the tensor does in its model; decides how random weights are drawn.
  public enum Role: Sendable, Hashable {
    /// A matrix or convolution kernel; `fanIn` inputs are summed into one output.
    case weight(fanIn: Int)
    /// A table of vectors that are added or looked up.
    case embedding
    /// The gain of a normalisation.
    case gain
    /// A bias.
    case bias
  }

  public var name: String
  public var shape: [Int]
  public var role: Role

  public init(_ name: String, _ shape: [Int], _ role: Role) {
    self.name = name
    self.shape = shape
    self.role = role
  }
}
