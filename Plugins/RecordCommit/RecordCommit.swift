import Foundation
import PackagePlugin

/// Writes the commit that is built into a source file of the target, before every build.
///
/// A constant would have to be kept by hand, and asking git when the program runs would name a
/// checkout that has moved on since the build. The file is written only when it changes, so that an
/// unchanged checkout is not compiled again.
@main
struct RecordCommit: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let package = context.package.directoryURL
    let output = context.pluginWorkDirectoryURL.appending(path: "Generated")
    let script = package.appending(path: "Plugins/RecordCommit/record-commit")
    return [
      .prebuildCommand(
        displayName: "Recording the commit", executable: URL(fileURLWithPath: "/bin/sh"),
        arguments: [script.path(), package.path(), output.path()], outputFilesDirectory: output)
    ]
  }
}
