// Shows only the lines of logs that contain what was typed, and unfolds the logs that have any.
for (const input of document.querySelectorAll("input[data-filters]")) {
  const logs = document.getElementById(input.dataset.filters);
  const told = input.parentElement.querySelector("output");
  input.addEventListener("input", () => {
    const wanted = input.value.toLowerCase();
    let all = 0;
    for (const log of logs.querySelectorAll("details")) {
      let found = 0;
      for (const line of log.querySelectorAll("li")) {
        line.hidden = !line.textContent.toLowerCase().includes(wanted);
        found += line.hidden ? 0 : 1;
      }
      log.hidden = found === 0;
      log.open = wanted !== "" && found > 0;
      all += found;
    }
    told.textContent = wanted === "" ? "" : `${all} lines`;
  });
}
