//! `rolewright demo`: creates a playground, and runs the main commands in it, printing each.

mod playground;

use super::args::{Arguments, DemoArguments};
use super::code::Code;
use super::exit::{Exit, Stop};
use super::out;
use clap::Parser;
use playground::Playground;
use std::path::PathBuf;

/// Runs a command line.
type Runner = fn(&Arguments) -> Result<Exit, Stop>;

/// Creates the playground and runs the commands; `runner` runs each command that is printed. Asks no questions.
pub(super) fn run(arguments: &DemoArguments, runner: Runner) -> Result<Exit, Stop> {
    let playground = Playground::make(arguments.folder.as_deref())?;
    let folder = playground.folder().to_owned();
    say(&format!(
        "Contoso's phone system, Dstny, gets its accounts and rights from policies in git.\n\
         This playground is a git repository with the policies, a directory of people and the phone system's accounts:\n  {}",
        folder.display()
    ));
    let walk = Walk { playground: &playground, runner };
    walk.first_policies()?;
    walk.merged()?;
    walk.policy_change()?;
    farewell(&folder);
    Ok(Exit::Done)
}

/// The steps of the demo in a playground.
struct Walk<'w> {
    playground: &'w Playground,
    runner: Runner,
}

impl Walk<'_> {
    fn first_policies(&self) -> Result<(), Stop> {
        step("1. The first policies are on a branch. What would they do?");
        self.shown(&["validate"])?;
        self.shown(&["plan"])?;
        step("2. Nothing is applied that is not merged to the protected branch.");
        expect(self.shown(&["apply"])?, Exit::Waits)?;
        step("3. Merged, they are applied: merging is the approval.");
        command("git switch main && git merge first-policies");
        self.playground.merge("first-policies")?;
        Ok(())
    }

    fn merged(&self) -> Result<(), Stop> {
        expect(self.shown(&["apply"])?, Exit::Done)?;
        step("4. A second plan is empty: what is blocked, protected or excluded is still reported.");
        expect(self.shown(&["plan"])?, Exit::Done)?;
        self.shown(&["history"])?;
        step("5. Why does Clara have what she has?");
        self.shown(&["explain", "clara.engel@contoso.example"])?;
        step(
            "6. A change of policy, on a branch: disabled people lose their account instead of staying unsearchable.",
        );
        command("git switch -c disabled-people");
        let difference = self.playground.change_policy()?;
        out::data(&difference);
        Ok(())
    }

    fn policy_change(&self) -> Result<(), Stop> {
        self.shown(&["plan"])?;
        Ok(())
    }

    /// Prints a command and runs it, as the user would.
    fn shown(&self, words: &[&str]) -> Result<Exit, Stop> {
        command(&format!("rolewright {}", words.join(" ")));
        let arguments = Arguments::try_parse_from(["rolewright"].iter().chain(words));
        let arguments = arguments.map_err(|error| Stop::new(Code::Defect, error.to_string()))?;
        let exit = match (self.runner)(&arguments) {
            Ok(exit) => exit,
            Err(stop) => {
                out::data(&format!("{}\n", stop.line()));
                stop.exit
            }
        };
        if exit != Exit::Done {
            out::data(&format!("(exit code {})\n", exit.number()));
        }
        Ok(exit)
    }
}

fn farewell(folder: &std::path::Path) {
    let binary = std::env::current_exe().unwrap_or_else(|_| PathBuf::from("rolewright"));
    say(&format!(
        "Go on alone:\n  cd {}\n  alias rolewright={}\n  git commit -am 'Disabled people lose their account' && git switch main && git merge disabled-people\n  \
         rolewright apply\nThe policies are in policies/, the people in policies/directories/people.yaml.",
        folder.display(),
        binary.display()
    ));
}

fn expect(exit: Exit, expected: Exit) -> Result<(), Stop> {
    if exit == expected {
        Ok(())
    } else {
        Err(Stop::new(Code::Defect, format!("a step of the demo ended unexpectedly: {exit:?}")))
    }
}

fn say(text: &str) {
    out::data(&format!("\n{text}\n"));
}

fn step(text: &str) {
    out::data(&format!("\n== {text}\n"));
}

fn command(text: &str) {
    out::data(&format!("\n$ {text}\n"));
}
