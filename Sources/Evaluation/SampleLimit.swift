/// `--limit`: a number of samples, or a share of them.
public enum SampleLimit: Sendable, Equatable {
  case count(Int)
  /// Above 0 and below 1.
  case share(Double)

  /// Nil for anything but a whole number from 1 on, as `20` or `2e1`, and a fraction between 0 and
  /// 1; `1.0` could be meant as either.
  public init?(_ text: String) {
    if let count = Int(text) {
      guard count >= 1 else { return nil }
      self = .count(count)
    } else if let share = Double(text), share > 0, share < 1 {
      self = .share(share)
    } else if let number = Double(text), number > 1, let count = Int(exactly: number) {
      self = .count(count)
    } else {
      return nil
    }
  }

  /// How many of `total` samples that is, at least one.
  public func count(of total: Int) -> Int {
    switch self {
    case .count(let count): count
    case .share(let share): max(1, Int((Double(total) * share).rounded(.up)))
    }
  }
}
