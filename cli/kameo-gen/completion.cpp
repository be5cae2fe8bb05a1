#include "commands.hpp"

#include <kameo/concat.hpp>

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

namespace kameo::gen {
namespace {

/// What can follow a command: its options, and words that it takes.
struct Command {
  std::string name;
  std::string says;
  std::vector<std::pair<std::string, std::string>> options;  // spelling, description
};

/// `words` in a script, between blanks.
std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& word : words) out += concat(out.empty() ? "" : " ", word);
  return out;
}

std::vector<Command> commands_of(const CLI::App& app) {
  std::vector<Command> commands;
  for (const auto* each : app.get_subcommands({})) {
    Command command{each->get_name(), each->get_description(), {}};
    for (const auto* option : each->get_options()) {
      for (const auto& name : option->get_lnames()) {
        command.options.emplace_back("--" + name, option->get_description());
      }
    }
    commands.push_back(std::move(command));
  }
  return commands;
}

std::vector<std::string> names(const std::vector<Command>& commands) {
  std::vector<std::string> all;
  for (const auto& command : commands) all.push_back(command.name);
  return all;
}

std::vector<std::string> options(const Command& command) {
  std::vector<std::string> all;
  for (const auto& [option, says] : command.options) all.push_back(option);
  return all;
}

// What stands behind these options, in every command.
constexpr std::string_view formats = "text json sarif";
constexpr std::string_view colours = "auto always never";

std::string bash_script(const std::vector<Command>& commands) {
  auto out = concat(
      "# bash completion of kameo-gen: source <(kameo-gen completion bash)\n"
      "_kameo_gen() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words=\n"
      "  if [ \"$COMP_CWORD\" = 1 ]; then\n"
      "    words=\"",
      joined(names(commands)),
      " --help --version\"\n"
      "  else\n"
      "    case $before in\n"
      "      --format) words=\"",
      formats, "\" ;;\n      --color) words=\"", colours,
      "\" ;;\n"
      "      *-out|--import-dir|-I) COMPREPLY=($(compgen -d -- \"$word\")); return ;;\n"
      "    esac\n"
      "    if [ -z \"$words\" ]; then case ${COMP_WORDS[1]}:$word in\n");
  for (const auto& command : commands) {
    out += concat("      ", command.name, ":-*) words=\"", joined(options(command)), "\" ;;\n");
  }
  out +=
      "      completion:*) words=\"bash zsh fish\" ;;\n"
      "      schema:*) words=\"schema pool\" ;;\n"
      "      *) COMPREPLY=($(compgen -f -- \"$word\")); return ;;\n"
      "    esac; fi\n"
      "  fi\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
      "}\n"
      "complete -o filenames -F _kameo_gen kameo-gen\n";
  return out;
}

/// Within single quotes of zsh and fish; zsh reads a bracket or colon in a description.
std::string zsh_quoted(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else if (c == '[' || c == ']' || c == ':') {
      out += concat("\\", std::string(1, c));
    } else {
      out += c;
    }
  }
  return out;
}

std::string zsh_script(const std::vector<Command>& commands) {
  std::string out =
      "#compdef kameo-gen\n"
      "# zsh completion of kameo-gen: put it into a folder of $fpath as _kameo-gen\n"
      "_kameo_gen() {\n"
      "  local -a commands\n"
      "  commands=(\n";
  for (const auto& command : commands) {
    out += concat("    '", command.name, ":", zsh_quoted(command.says), "'\n");
  }
  out +=
      "  )\n"
      "  if (( CURRENT == 2 )); then\n"
      "    _describe command commands\n"
      "    return\n"
      "  fi\n"
      "  case $words[2] in\n";
  for (const auto& command : commands) {
    out += concat("    ", command.name, ")\n      _arguments");
    for (const auto& [option, says] : command.options) {
      const std::string_view value = option == "--format"  ? ":format:(text json sarif)"
                                     : option == "--color" ? ":when:(auto always never)"
                                                           : "";
      out += concat(" \\\n        '", option, "[", zsh_quoted(says), "]", value, "'");
    }
    out += " \\\n        '*:file:_files' ;;\n";
  }
  return out + "  esac\n}\ncompdef _kameo_gen kameo-gen\n";
}

std::string fish_quoted(std::string_view text) {
  std::string out;
  for (const char c : text) out += c == '\'' ? "\\'" : std::string(1, c);
  return out;
}

std::string fish_script(const std::vector<Command>& commands) {
  std::string out = "# fish completion of kameo-gen: kameo-gen completion fish | source\n";
  for (const auto& command : commands) {
    out += concat("complete -c kameo-gen -n __fish_use_subcommand -f -a ", command.name, " -d '",
                  fish_quoted(command.says), "'\n");
  }
  for (const auto& command : commands) {
    for (const auto& [option, says] : command.options) {
      const std::string_view value = option == "--format"  ? " -x -a 'text json sarif'"
                                     : option == "--color" ? " -x -a 'auto always never'"
                                                           : "";
      out += concat("complete -c kameo-gen -n '__fish_seen_subcommand_from ", command.name, "' -l ",
                    option.substr(2), value, " -d '", fish_quoted(says), "'\n");
    }
  }
  return out;
}

}  // namespace

void add_completion(CLI::App& app, Run& run) {
  auto* command = app.add_subcommand("completion", "Print what makes a shell complete kameo-gen");
  const auto shell = std::make_shared<std::string>();
  command->add_option("shell", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}))
      ->type_name("SHELL");
  command->callback([shell, &app, &run] {
    run = [shell, &app] {
      const auto commands = commands_of(app);
      std::cout << (*shell == "bash"  ? bash_script(commands)
                    : *shell == "zsh" ? zsh_script(commands)
                                      : fish_script(commands));
      return ok;
    };
  });
}

}  // namespace kameo::gen
