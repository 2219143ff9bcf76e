# Installs the packages named on the command line and fails, naming them, when one is not there afterwards:
# install.packages() alone ends well whatever happened.
fail <- function(...) {
  message("R ", getRversion(), ": ", ...)
  quit(status = 1)
}

library_path <- .Library
missing <- setdiff(commandArgs(trailingOnly = TRUE), rownames(installed.packages(library_path)))
if (length(missing) > 0) {
  # Asked before anything is compiled: a slip of the pen should not cost minutes.
  unknown <- setdiff(missing, rownames(available.packages()))
  if (length(unknown) > 0) {
    fail("the repository has no package for this version of R called ", paste(unknown, collapse = ", "))
  }
  install.packages(missing, lib = library_path, Ncpus = parallel::detectCores())
  lost <- setdiff(missing, rownames(installed.packages(library_path)))
  if (length(lost) > 0) {
    fail("could not install ", paste(lost, collapse = ", "))
  }
}
