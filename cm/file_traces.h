// file_traces — what of files shows that they are others than before, or have been written anew.
// Errors: a file that is not there leaves traces of its own; an empty name is no file, and the same.
#pragma once

#include <span>
#include <string>

namespace cm {

// To be compared with earlier ones of the same names. Of a folder it is which files are in it.
[[nodiscard]] std::string file_traces(std::span<const std::string> names);

} // namespace cm
