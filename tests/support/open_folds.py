"""What a page draws only when it is opened: tables behind charts, and forms."""

from streamlit.testing.v1 import AppTest


def with_folds(app: AppTest) -> AppTest:
    """The page once more, with every table behind a chart and every form opened."""
    for key in (expander.proto.id.rpartition("-")[2] for expander in app.expander):
        if key.startswith(("table_", "fold_")):
            app.session_state[key] = True
    return app.run()
