//! The program in a terminal of its own, and what is on its screen.

use std::io::{Read, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

/// A screen that has not come by then does not come.
pub const DEADLINE: Duration = Duration::from_secs(60);

static SERIAL: Mutex<()> = Mutex::new(());

/// Ends the program when a test fails before it has.
struct Running(Box<dyn Child + Send + Sync>);

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.0.try_wait(), Ok(None)) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }
}

pub struct Terminal {
    child: Running,
    pub master: Box<dyn MasterPty + Send>,
    input: Box<dyn Write + Send>,
    pub output: Receiver<Vec<u8>>,
    pub screen: vt100::Parser,
    _serial: MutexGuard<'static, ()>,
}

impl Terminal {
    pub fn start(arguments: &[&str], folder: &Path, size: (u16, u16)) -> Self {
        Self::start_with(arguments, folder, size, &[])
    }

    pub fn start_with(
        arguments: &[&str],
        folder: &Path,
        (columns, lines): (u16, u16),
        environment: &[(&str, String)],
    ) -> Self {
        let serial = SERIAL.lock().unwrap_or_else(PoisonError::into_inner);
        let size = PtySize { rows: lines, cols: columns, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_trueup"));
        command.args(arguments);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("HOME", folder);
        command.env("TMPDIR", folder);
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        for (name, value) in environment {
            command.env(name, value);
        }
        command.cwd(folder);
        let child = Running(pair.slave.spawn_command(command).unwrap());
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (send, output) = channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                if send.send(buffer[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        let input = pair.master.take_writer().unwrap();
        let screen = parser(lines, columns);
        Self { child, master: pair.master, input, output, screen, _serial: serial }
    }

    pub fn contents(&self) -> String {
        self.screen.screen().contents()
    }

    /// Reads until the screen fits, or the deadline passes.
    pub fn wait_for(&mut self, what: &str, fits: impl Fn(&vt100::Screen) -> bool) {
        let deadline = Instant::now() + DEADLINE;
        while !fits(self.screen.screen()) {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.screen.process(&bytes),
                Err(RecvTimeoutError::Timeout) => panic!("no {what} on the screen:\n{}", self.contents()),
                Err(RecvTimeoutError::Disconnected) => {
                    assert!(fits(self.screen.screen()), "it ended without {what}:\n{}", self.contents());
                }
            }
        }
    }

    pub fn wait_for_text(&mut self, text: &str) {
        self.wait_for(text, |screen| screen.contents().contains(text));
    }

    pub fn keys(&mut self, keys: &str) {
        self.input.write_all(keys.as_bytes()).unwrap();
        self.input.flush().unwrap();
    }

    /// Lets it run again, as `fg` does, until the text is there. It may not have stopped yet: it is told until it runs.
    pub fn carry_on(&mut self, text: &str) {
        let deadline = Instant::now() + DEADLINE;
        while !(self.screen.screen().alternate_screen() && self.contents().contains(text)) {
            assert!(Instant::now() < deadline, "no {text} on the screen:\n{}", self.contents());
            self.signal("-CONT");
            while let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(50)) {
                self.screen.process(&bytes);
            }
        }
    }

    pub fn signal(&self, signal: &str) {
        let id = self.child.0.process_id().unwrap();
        let sent = std::process::Command::new("kill").args([signal, &id.to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// The exit code, once all output was read; the terminal must be as it was.
    pub fn ended(mut self) -> u32 {
        let deadline = Instant::now() + DEADLINE;
        loop {
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.screen.process(&bytes),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("it does not end:\n{}", self.contents()),
            }
        }
        let status = self.child.0.wait().unwrap();
        let screen = self.screen.screen();
        assert!(!screen.alternate_screen(), "the alternate screen was not left");
        assert!(!screen.bracketed_paste(), "bracketed paste was not switched off");
        assert!(!screen.hide_cursor(), "the cursor was not shown again");
        status.exit_code()
    }
}

pub fn parser(lines: u16, columns: u16) -> vt100::Parser {
    vt100::Parser::new(lines.try_into().unwrap(), columns.try_into().unwrap(), 0)
}
