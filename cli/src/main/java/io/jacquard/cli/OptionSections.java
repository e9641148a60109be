package io.jacquard.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Lists the options of a command that has many of them under headings, and leaves them out of its first line. */
final class OptionSections {
  /** More options than these are hard to look over. */
  private static final int MANY = 20;
  /** By the option that begins what it stands over; options keep the order in which they are declared. */
  private static final Map<String, String> HEADINGS = Map.of("--lr", "How it learns:", "--backend",
      "Where it is computed:", "--resume", "Going on after an interruption:", "--early-stopping",
      "Callbacks, under the names of Keras:", "--profile", "Further:", "--out", "What is written:");

  private OptionSections() {}

  static void give(CommandLine command) {
    var spec = command.getCommandSpec();
    if (spec.options().size() < MANY) return;
    var required = spec.options().stream().filter(OptionSpec::required)
        .map(option -> " " + option.longestName() + "=" + option.paramLabel()).toList();
    var words = spec.positionalParameters().stream().map(word -> " " + word.paramLabel()).toList();
    spec.usageMessage().customSynopsis(
        spec.qualifiedName() + " [OPTIONS]" + String.join("", required) + String.join("", words));
    command.getHelpSectionMap().put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, OptionSections::render);
  }

  private static String render(Help help) {
    var text = new StringBuilder();
    var section = new ArrayList<OptionSpec>();
    for (var option : help.commandSpec().options()) {
      if (option.hidden()) continue;
      var heading = HEADINGS.get(option.longestName());
      if (heading != null) {
        text.append(list(help, section)).append('\n').append(heading).append('\n');
        section.clear();
      }
      section.add(option);
    }
    return text.append(list(help, section)).toString();
  }

  private static String list(Help help, List<OptionSpec> options) {
    var layout = help.createDefaultLayout();
    layout.addOptions(options, help.parameterLabelRenderer());
    return layout.toString();
  }
}
