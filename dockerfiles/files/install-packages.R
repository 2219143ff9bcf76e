# Installs the packages named on the command line and fails, naming them, when one is not there afterwards:
# install.packages() alone ends well whatever happened.
wanted <- commandArgs(trailingOnly = TRUE)
library_path <- .Library
present <- rownames(installed.packages(library_path))
missing <- setdiff(wanted, present)
if (length(missing) > 0) {
  install.packages(missing, lib = library_path, Ncpus = parallel::detectCores())
  lost <- setdiff(missing, rownames(installed.packages(library_path)))
  if (length(lost) > 0) {
    message("R ", getRversion(), " could not install: ", paste(lost, collapse = ", "))
    quit(status = 1)
  }
}
