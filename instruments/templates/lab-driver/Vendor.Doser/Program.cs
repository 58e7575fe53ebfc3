using LabAutomation.Lab;
using Vendor.Doser;

// The lab program with one family more: drive, run, instruments, conform and all the others.
return await LabProgram.RunAsync(args, DoserFamily.Family);
