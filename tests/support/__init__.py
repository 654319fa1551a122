"""What tests share: demo, browser, server, random rows."""
