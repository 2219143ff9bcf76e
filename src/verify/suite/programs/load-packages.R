# load-packages.R MARKS PACKAGE...: loads each package and notes how that went.
arguments <- commandArgs(trailingOnly = TRUE)
marks <- arguments[1]
packages <- arguments[-1]

note <- function(...) cat(..., "\n", file = marks, append = TRUE)

for (number in seq_along(packages)) {
  note("start", number - 1)
  began <- proc.time()[["elapsed"]]
  problem <- tryCatch(
    {
      loadNamespace(packages[number])
      NULL
    },
    error = conditionMessage
  )
  took <- round((proc.time()[["elapsed"]] - began) * 1000)
  if (is.null(problem)) {
    note("pass", number - 1, took)
  } else {
    note("fail", number - 1, took, substr(gsub("[[:space:]]+", " ", problem), 1, 500))
  }
}
