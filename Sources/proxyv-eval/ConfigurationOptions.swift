import ArgumentParser

/// `--ignore-config-key`, wherever a checkpoint's configuration is read.
struct ConfigurationOptions: ParsableArguments {
  @Option(
    name: .long,
    help:
      "A key of config.json that is not read and may nevertheless be there; repeat for several.")
  var ignoreConfigKey: [String] = []
}
