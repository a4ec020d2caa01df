package clients

import (
	"os"
	"os/exec"
	"unsafe"

	"golang.org/x/sys/windows"

	"devca/internal/account"
)

// alone does nothing: what belongs together is told by a job here.
func alone(*exec.Cmd, account.Account) {}

// start starts the program in a job of its own, and gives what ends it and all
// that it started. The end of the command's context does the same, and so does the
// end of devca, whatever its reason: the system closes the job then.
func start(cmd *exec.Cmd) (end func(), err error) {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return nil, err
	}
	limits := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{
		BasicLimitInformation: windows.JOBOBJECT_BASIC_LIMIT_INFORMATION{LimitFlags: windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE},
	}
	_, err = windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&limits)), uint32(unsafe.Sizeof(limits))) //nolint:gosec // as the call wants it
	if err != nil {
		_ = windows.CloseHandle(job)
		return nil, err
	}
	cmd.Cancel = func() error { return windows.TerminateJobObject(job, 1) }
	if err := cmd.Start(); err != nil {
		_ = windows.CloseHandle(job)
		return nil, err
	}
	// What it starts before the next lines is not in the job; a program has not got
	// so far by then.
	process, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, uint32(cmd.Process.Pid))
	if err == nil {
		_ = windows.AssignProcessToJobObject(job, process)
		_ = windows.CloseHandle(process)
	}
	return func() { _ = windows.CloseHandle(job) }, nil
}

// belongs matters under sudo only.
func belongs(os.FileInfo, int) bool { return true }
