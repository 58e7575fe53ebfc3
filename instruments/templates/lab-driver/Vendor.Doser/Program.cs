using LabAutomation.Lab;

// The lab program with one family more: drive, run, instruments, conform and all the others.
return await LabProgram.RunAsync(args, Vendor.Doser.DoserFamily.Family);
