import DataFormats
import Foundation

/// Who worked on the run, written into run.json when work begins and when it has ended.
extension RunDirectory {
  /// Adds an invocation that begins.
  /// - Parameter name: a new name of the run; nil keeps the one it has
  mutating func begin(_ invocation: RunInvocation, name: String?) throws {
    try rewriteManifest { manifest in
      if let name { (manifest.name, manifest.isNameGiven) = (name, true) }
      manifest.invocations.append(invocation)
    }
  }

  /// Notes that an invocation came to its end.
  mutating func end(_ invocation: RunInvocation, at date: Date = Date()) throws {
    try rewriteManifest { manifest in
      let place = manifest.invocations.lastIndex { $0 == invocation }
      var ended = invocation
      ended.ended = RunInvocation(invocation.environment, started: date).started
      if let place {
        manifest.invocations[place] = ended
      } else {
        manifest.invocations.append(ended)
      }
    }
  }

  /// Reads run.json again before it is changed: other shards write it too.
  /// - Throws: ``EvaluationError`` `run-changed` where another run has taken the place of this one.
  private mutating func rewriteManifest(_ change: (inout RunManifest) -> Void) throws {
    let lock = try RunLock(path)
    defer { withExtendedLifetime(lock) {} }
    var manifest = try RunManifest(JSONNode(contentsOf: Self.manifestPath(path)))
    change(&manifest)
    try DurableFile.replace(Self.manifestPath(path), with: manifest.json.text(indented: true))
    self.manifest = manifest
  }
}
