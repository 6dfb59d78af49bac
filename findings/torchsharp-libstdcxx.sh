#!/bin/bash
# TorchSharp 0.107 does not load on Debian 12 or Ubuntu 22.04
#
# Expected  A package for linux-x64 loads on the systems that .NET 10 supports, as its builds for Ubuntu 16.04 once did (dotnet/TorchSharp#218).
# Happens   libLibTorchSharp.so asks for the symbol version GLIBCXX_3.4.32 (GCC 13). The libstdc++ of Debian 12 and of Ubuntu 22.04 ends at 3.4.30, so
#           the first use of torch throws. One symbol carries it, ios_base_library_init, which only tells the linker
#           that streams are initialised by the library.
# Seen      TorchSharp 0.107.0, Debian 12's libstdc++6 12.2.0.
# LeafSeg   marks the version as weak in the copied file, in a build step.
. "$(dirname "$0")/lib.sh"
deb libstdc++6 12.2.0
deb binutils 2.40
cat >p.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup><PackageReference Include="TorchSharp" Version="0.107.0" /></ItemGroup>
</Project>
XML
echo "package    TorchSharp 0.107.0"
dotnet restore -v q p.csproj >/dev/null
library=$(find "${NUGET_PACKAGES:-$HOME/.nuget/packages}/torchsharp/0.107.0" -path '*linux-x64*' -name libLibTorchSharp.so)
saw "the loader" "version \`GLIBCXX_3.4.32' not found" "$(ldd "$library" 2>&1 | grep -o "version .GLIBCXX[^ ]* not found")"
saw "newest version of libstdc++" "GLIBCXX_3.4.30" "$(readelf -V /usr/lib/*/libstdc++.so.6 | grep -oE 'Name: GLIBCXX_3[0-9.]+' | sed 's/Name: //' | sort -uV | tail -1)"
saw "symbols that carry 3.4.32" "_ZSt21ios_base_library_initv" "$(readelf --dyn-syms -W "$library" | grep -o "[^ ]*@GLIBCXX_3.4.32" | cut -d@ -f1 | xargs)"
finish
