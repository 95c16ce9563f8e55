# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
WORKDIR C:\app
COPY src C:\app\src
RUN powershell -Command `
    Write-Host one; `
    Write-Host two
ENTRYPOINT ["C:\\app\\serve.exe"]
