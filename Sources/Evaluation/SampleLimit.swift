/// `--limit`: a number of samples, or a share of them.
public enum SampleLimit: Sendable, Equatable {
  case count(Int)
  /// Above 0 and below 1.
  case share(Double)

  /// Nil for anything but a whole number from 1 on and a fraction between 0 and 1.
  public init?(_ text: String) {
    if let count = Int(text) {
      guard count >= 1 else { return nil }
      self = .count(count)
    } else if let share = Double(text), share > 0, share <= 1 || share == share.rounded() {
      self = share < 1 ? .share(share) : .count(Int(share))
      if share == 1 { return nil }
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
