"""The tray: shows what the files say and passes clicks on."""
