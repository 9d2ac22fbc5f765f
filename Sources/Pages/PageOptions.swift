/// How a page is written.
public struct PageOptions: Sendable {
  /// Which images a page carries.
  public enum Images: String, Sendable, CaseIterable {
    case none
    /// At most 400 pixels a side.
    case thumbnails
    /// At most 1,600 pixels a side.
    case full

    var longestSide: Int {
      switch self {
      case .none: 0
      case .thumbnails: 400
      case .full: 1600
      }
    }
  }

  public var images: Images
  /// The data, in place of the folder that each run names.
  public var dataFolder: String?
  /// Everything in one file, for a small run that is sent to somebody.
  public var isSingleFile: Bool
  /// How far the images are: the slow part.
  public var progress: @Sendable (_ done: Int, _ total: Int) -> Void

  public init(
    images: Images = .full, dataFolder: String? = nil, isSingleFile: Bool = false,
    progress: @escaping @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) {
    self.images = images
    self.dataFolder = dataFolder
    self.isSingleFile = isSingleFile
    self.progress = progress
  }
}
