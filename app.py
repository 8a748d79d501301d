from conserje import create_app

app = create_app()
