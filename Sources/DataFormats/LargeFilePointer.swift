/// What a clone without git-lfs has in place of every large file: a text of three lines.
public enum LargeFilePointer {
  /// How it begins.
  public static let mark = Array("version https://git-lfs.github.com/spec/".utf8)

  public static func isPointer(_ bytes: some Collection<UInt8>) -> Bool {
    bytes.prefix(mark.count).elementsEqual(mark)
  }

  /// What to do about one, for every reader.
  public static let message =
    "this is a Git LFS pointer, not the data; fetch the file itself, for example with git lfs pull"
}
