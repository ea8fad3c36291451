; Installs Gatewatch for the user who runs this: no administrator's rights, no
; restart. Made by scripts/release/windows.sh, which defines
;   VERSION NUMBERS4 STAGE OUT ICON PUBLISHER HOMEPAGE COPYRIGHT [SIGN]
;
; Silent: /S, with /LOGIN to start at login, /NOPROTOCOL without gatewatch://
; links, and /D=FOLDER as the last. Exit status 0, 1 given up, 2 failed.
; The uninstaller: /S keeps settings, history and logs; /S /PURGE deletes them.

Unicode true
Target amd64-unicode
SetCompressor /SOLID lzma
SetDateSave off ; the same installer each time
RequestExecutionLevel user
ManifestDPIAware true
ManifestSupportedOS Win10

!include MUI2.nsh
!include FileFunc.nsh
!include LogicLib.nsh
!include WordFunc.nsh

!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Gatewatch"
!define RUN "Software\Microsoft\Windows\CurrentVersion\Run"
!define CLASS "Software\Classes\gatewatch"
!define CLIENT "Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}"
!define WEBVIEW2 "https://developer.microsoft.com/microsoft-edge/webview2/"

Name "Gatewatch"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\Gatewatch"
InstallDirRegKey HKCU "${KEY}" InstallLocation
BrandingText "Gatewatch ${VERSION}"
VIProductVersion "${NUMBERS4}"
VIAddVersionKey ProductName "Gatewatch"
VIAddVersionKey ProductVersion "${VERSION}"
VIAddVersionKey FileDescription "Installs Gatewatch"
VIAddVersionKey FileVersion "${VERSION}"
VIAddVersionKey CompanyName "${PUBLISHER}"
VIAddVersionKey LegalCopyright "${COPYRIGHT}"
!ifdef SIGN
	!uninstfinalize '${SIGN} "%1"' = 0
!endif

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_FINISHPAGE_RUN "$INSTDIR\gatewatch.exe"
!define MUI_FINISHPAGE_RUN_TEXT "Start Gatewatch"
!insertmacro MUI_PAGE_LICENSE "${STAGE}\LICENSE.txt"
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE English

Var Running ; "1" if an older Gatewatch goes on running

; Replace FILE: a program that runs can be renamed, not overwritten. It goes on
; as what it is until it ends; the next start is the new one.
!macro Replace FILE
	Delete "$INSTDIR\${FILE}.old"
	ClearErrors
	Delete "$INSTDIR\${FILE}"
	${If} ${Errors}
		StrCpy $Running 1
		ClearErrors
		Rename "$INSTDIR\${FILE}" "$INSTDIR\${FILE}.old"
		${If} ${Errors}
			SetErrorLevel 2
			MessageBox MB_ICONSTOP|MB_OK "Gatewatch is running, and its program ${FILE} cannot be replaced. End it (its icon beside the clock, Quit) and start this again." /SD IDOK
			Abort "$INSTDIR\${FILE} is in use."
		${EndIf}
	${EndIf}
	ClearErrors
	File "${STAGE}\${FILE}"
	${If} ${Errors}
		Rename "$INSTDIR\${FILE}.old" "$INSTDIR\${FILE}"
		SetErrorLevel 2
		MessageBox MB_ICONSTOP|MB_OK "$INSTDIR\${FILE} cannot be written. Is the disk full?" /SD IDOK
		Abort "$INSTDIR\${FILE} cannot be written."
	${EndIf}
!macroend

Section "Gatewatch" main
	SectionIn RO
	SetOutPath "$INSTDIR"
	SetOverwrite on
	!insertmacro Replace gatewatch.exe
	!insertmacro Replace gatewatch-console.exe
	File "${STAGE}\LICENSE.txt"
	File "${STAGE}\THIRD-PARTY.txt"
	File "${STAGE}\README.md"
	File "${STAGE}\CHANGELOG.md"
	File "${STAGE}\deployment.md"
	WriteUninstaller "$INSTDIR\uninstall.exe"

	CreateShortcut "$SMPROGRAMS\Gatewatch.lnk" "$INSTDIR\gatewatch.exe" "" "$INSTDIR\gatewatch.exe" 0

	WriteRegStr HKCU "${KEY}" DisplayName "Gatewatch"
	WriteRegStr HKCU "${KEY}" DisplayVersion "${VERSION}"
	WriteRegStr HKCU "${KEY}" DisplayIcon "$INSTDIR\gatewatch.exe,0"
	WriteRegStr HKCU "${KEY}" Publisher "${PUBLISHER}"
	WriteRegStr HKCU "${KEY}" URLInfoAbout "${HOMEPAGE}"
	WriteRegStr HKCU "${KEY}" InstallLocation "$INSTDIR"
	WriteRegStr HKCU "${KEY}" UninstallString '"$INSTDIR\uninstall.exe"'
	WriteRegStr HKCU "${KEY}" QuietUninstallString '"$INSTDIR\uninstall.exe" /S'
	WriteRegDWORD HKCU "${KEY}" NoModify 1
	WriteRegDWORD HKCU "${KEY}" NoRepair 1
	${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
	IntFmt $0 "0x%08X" $0
	WriteRegDWORD HKCU "${KEY}" EstimatedSize $0
SectionEnd

Section "gatewatch:// links" protocol
	WriteRegStr HKCU "${CLASS}" "" "URL:Gatewatch"
	WriteRegStr HKCU "${CLASS}" "URL Protocol" ""
	WriteRegStr HKCU "${CLASS}\DefaultIcon" "" "$INSTDIR\gatewatch.exe,0"
	WriteRegStr HKCU "${CLASS}\shell\open\command" "" '"$INSTDIR\gatewatch.exe" "%1"'
SectionEnd

Section /o "Start at login, in the tray" login
	WriteRegStr HKCU "${RUN}" Gatewatch '"$INSTDIR\gatewatch.exe" --hidden'
SectionEnd

Section -last
	; An entry that starts another copy at login now starts this one.
	ReadRegStr $0 HKCU "${RUN}" Gatewatch
	${If} $0 != ""
		WriteRegStr HKCU "${RUN}" Gatewatch '"$INSTDIR\gatewatch.exe" --hidden'
	${EndIf}
	${If} $Running == 1
		DetailPrint "The Gatewatch that runs goes on as it is. End it and start it anew to use ${VERSION}."
		MessageBox MB_ICONINFORMATION|MB_OK "Gatewatch is running and goes on as the version it is. End it (its icon beside the clock, Quit) and start it anew to use ${VERSION}." /SD IDOK
	${EndIf}
	Call NameWebView2
SectionEnd

!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
	!insertmacro MUI_DESCRIPTION_TEXT ${main} "The window, and the same program for a console (gatewatch-console)."
	!insertmacro MUI_DESCRIPTION_TEXT ${protocol} "Links to alerts and tasks open in Gatewatch."
	!insertmacro MUI_DESCRIPTION_TEXT ${login} "Gatewatch watches from when you log in. Its settings can change this later."
!insertmacro MUI_FUNCTION_DESCRIPTION_END

Function .onInit
	${GetParameters} $R0
	ClearErrors
	${GetOptions} $R0 "/LOGIN" $R1
	${IfNot} ${Errors}
		SectionGetFlags ${login} $0
		IntOp $0 $0 | ${SF_SELECTED}
		SectionSetFlags ${login} $0
	${EndIf}
	ClearErrors
	${GetOptions} $R0 "/NOPROTOCOL" $R1
	${IfNot} ${Errors}
		SectionSetFlags ${protocol} 0
	${EndIf}
	ReadRegStr $0 HKCU "${KEY}" DisplayVersion
	${If} $0 != ""
		${VersionCompare} "$0" "${VERSION}" $1
		${If} $1 == 1
			MessageBox MB_ICONQUESTION|MB_YESNO "Gatewatch $0 is installed, which is newer than ${VERSION}. An older one cannot read the history of a newer one and says so. Install ${VERSION} all the same?" /SD IDYES IDYES +3
			SetErrorLevel 1
			Quit
		${EndIf}
	${EndIf}
FunctionEnd

; The window is drawn by WebView2, which is Microsoft's and is never brought
; along: where it is missing, it is named.
Function NameWebView2
	ReadRegStr $0 HKLM "SOFTWARE\WOW6432Node\${CLIENT}" pv
	${If} $0 == ""
	${OrIf} $0 == "0.0.0.0"
		ReadRegStr $0 HKCU "Software\${CLIENT}" pv
	${EndIf}
	${If} $0 == ""
	${OrIf} $0 == "0.0.0.0"
		DetailPrint "The WebView2 runtime is missing; the window needs it: ${WEBVIEW2}"
		MessageBox MB_ICONINFORMATION|MB_YESNO "The window needs Microsoft's WebView2 runtime, which is missing here. Microsoft offers it as the Evergreen Bootstrapper at$\n$\n${WEBVIEW2}$\n$\nWithout it everything but the window works (gatewatch-console). Open that page now?" /SD IDNO IDNO +2
		ExecShell open "${WEBVIEW2}"
	${EndIf}
FunctionEnd

Section un.Gatewatch
	ClearErrors
	Delete "$INSTDIR\gatewatch.exe"
	${If} ${Errors}
		SetErrorLevel 2
		MessageBox MB_ICONSTOP|MB_OK "Gatewatch is running. End it (its icon beside the clock, Quit) and uninstall it then. Nothing was removed." /SD IDOK
		Abort "Gatewatch is running."
	${EndIf}
	Delete "$INSTDIR\gatewatch.exe.old"
	Delete "$INSTDIR\gatewatch-console.exe"
	Delete "$INSTDIR\gatewatch-console.exe.old"
	Delete "$INSTDIR\LICENSE.txt"
	Delete "$INSTDIR\THIRD-PARTY.txt"
	Delete "$INSTDIR\README.md"
	Delete "$INSTDIR\CHANGELOG.md"
	Delete "$INSTDIR\deployment.md"
	Delete "$INSTDIR\uninstall.exe"
	RMDir "$INSTDIR"
	Delete "$SMPROGRAMS\Gatewatch.lnk"
	DeleteRegKey HKCU "${KEY}"
	DeleteRegKey HKCU "${CLASS}"
	DeleteRegValue HKCU "${RUN}" Gatewatch

	${GetParameters} $R0
	ClearErrors
	${GetOptions} $R0 "/PURGE" $R1
	${IfNot} ${Errors}
		Goto purge
	${EndIf}
	MessageBox MB_ICONQUESTION|MB_YESNO|MB_DEFBUTTON2 "Delete your settings, the history and the logs, too?$\n$\n$LOCALAPPDATA\gatewatch$\n$\nKeys stay in Windows' Credential Manager, under names that begin with gatewatch, until you remove them there (or by gatewatch forget-keys --all, before this)." /SD IDNO IDNO kept
	purge:
	RMDir /r "$LOCALAPPDATA\gatewatch"
	kept:
SectionEnd
