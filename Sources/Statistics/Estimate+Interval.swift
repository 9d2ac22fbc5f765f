/// An interval as a reader may be shown it.
///
/// The formula of section 3 knows nothing of the figure's scale: of two images it gives 50 ± 282,
/// and of images that all scored alike ± 0. Neither is what it looks like.
extension Estimate {
  public struct ShownInterval: Sendable, Equatable {
    public var low: Double
    public var high: Double
    /// Whether an end lay beyond the scale and was put there: then the value is not its middle.
    public var isCut: Bool
  }

  /// The interval within the figure's scale; nil where none can be told (``intervalRemark``).
  ///
  ///     estimate.shownInterval.map { print($0.low, $0.high) }
  public var shownInterval: ShownInterval? {
    guard case .shown(let interval) = judgement else { return nil }
    return interval
  }

  /// What must be said beside the value where there is no interval, or a cut one.
  public var intervalRemark: String? {
    let share = (1e6 * level).rounded() / 1e4
    let percent = (Int(exactly: share).map { "\($0)" } ?? "\(share)") + " %"
    switch judgement {
    case .shown(let interval):
      return interval.isCut ? "the \(percent) interval is cut at the end of the scale" : nil
    case .undefined: return "no \(percent) interval: too few images"
    case .withoutVariation: return "no \(percent) interval: nothing varies between images"
    case .covering: return "too few images: the \(percent) interval covers the whole scale"
    }
  }

  private enum Judgement {
    case shown(ShownInterval)
    /// No standard error, or less than one degree of freedom.
    case undefined
    case withoutVariation
    case covering
  }

  private var judgement: Judgement {
    guard let standardError, let degreesOfFreedom, degreesOfFreedom >= 1, let low, let high else {
      return .undefined
    }
    if standardError <= 1e-12 * max(1, abs(value)) { return .withoutVariation }
    guard let scale else { return .shown(.init(low: low, high: high, isCut: false)) }
    let slack = 1e-9 * max(1, scale.upperBound)
    let (isBelow, isAbove) = (low < scale.lowerBound - slack, high > scale.upperBound + slack)
    if isBelow, isAbove { return .covering }
    return .shown(
      .init(
        low: isBelow ? scale.lowerBound : low, high: isAbove ? scale.upperBound : high,
        isCut: isBelow || isAbove))
  }
}
