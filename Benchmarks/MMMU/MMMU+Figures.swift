import Evaluation

extension MMMU {
  /// Rows decided by a draw are noise, and one draw more or less shifts all that follow: two runs
  /// are compared with drawn answers counted as wrong.
  public func figures(of samples: [Sample]) -> [Figure] {
    [.mean("mmmu_acc_drawn_wrong", points: 100, role: .gate(margin: 0.5))]
  }
}
