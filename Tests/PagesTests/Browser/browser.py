"""Headless Chromium for the checks of pages."""
import json

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait


class Browser:
    def __init__(self, width=1600, height=1000, dark=False):
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for argument in ["--headless=new", "--no-sandbox", "--disable-gpu",
                         "--disable-dev-shm-usage", f"--window-size={width},{height}"]:
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [
            {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.driver.quit()

    def open(self, path, fragment=""):
        # Another fragment alone would not load the page again.
        self.driver.get("about:blank")
        self.driver.get(f"file://{path}{fragment}")

    def wait(self, condition, what):
        WebDriverWait(self.driver, 60).until(lambda _: condition(), what)

    def wait_for_sample(self):
        self.wait(lambda: self.all("#sample section.asked"), "no sample is shown")

    def wait_for_texts(self):
        self.wait(lambda: self.js(
            "return proxyv.browser.section.loaded === proxyv.browser.section.chunks.length"),
            "not all texts came")

    def all(self, selector):
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector):
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def js(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def press(self, key):
        self.driver.switch_to.active_element.send_keys(key)

    def texts(self, selector):
        return self.js(
            "return [...document.querySelectorAll(arguments[0])].map(e => e.textContent)", selector)

    def listed(self):
        """The ids of all listed samples, in view or not."""
        return self.js("const b = proxyv.browser; return b.result.shown.map("
                       "unit => b.section.ids[b.section.units[unit][0]])")

    def current(self):
        return self.js("return proxyv.browser.selection.sample")

    def problems(self):
        """What the browser complained about: errors, and what the policy refused."""
        return [entry["message"] for entry in self.driver.get_log("browser")
                if entry["level"] in ("SEVERE", "WARNING")]


class Checks:
    """Collects what does not hold, so that one run tells all of it."""

    def __init__(self):
        self.failures = []
        self.count = 0
        self.measured = {}

    def expect(self, holds, what):
        self.count += 1
        if not holds:
            self.failures.append(what)

    def equal(self, found, expected, what):
        self.expect(found == expected, f"{what}: {found!r} is not {expected!r}")

    def report(self):
        print(json.dumps({"checks": self.count, "failures": self.failures,
                          "measured": self.measured}))
        return 1 if self.failures else 0
