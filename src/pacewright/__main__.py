from pacewright.cli.main import run

run()
