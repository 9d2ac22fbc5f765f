import Checkpoints
import Foundation
import Images

extension FuzzTarget {
  /// Opens a safetensors file and reads every tensor.
  ///
  /// Checkpoints are mapped and never read whole, so the bytes go through a file in memory.
  func readSafetensors(_ bytes: [UInt8]) throws {
    let path = "/dev/shm/proxyv-eval-fuzzed-\(getpid()).safetensors"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    defer { unlink(path) }
    let file = try SafetensorsFile(path: path)
    for name in file.names {
      let tensor = try file.tensor(named: name)
      let count = tensor.shape.reduce(1, *)
      precondition(
        count == tensor.count, "\(name) has \(tensor.count) values for the shape \(tensor.shape)")
      if let values = try? tensor.floats() { precondition(values.count == count) }
      if let values = try? tensor.ints() { precondition(values.count == count) }
    }
  }

  /// Decodes an image, as the evaluation does and with every leniency.
  func readImage(_ bytes: [UInt8]) throws(ImageError) {
    _ = try? ImageDecoder.decode(
      bytes, name: "fuzzed",
      options: DecodingOptions(maxPixels: 1 << 20, exifTranspose: true, salvagesDamaged: true))
    let decoded = try ImageDecoder.decode(
      bytes, name: "fuzzed", options: DecodingOptions(maxPixels: 1 << 20))
    precondition(decoded.image.pixels.count == decoded.image.width * decoded.image.height * 3)
  }
}
