"""What must hold before a deploy (`before`) and after it (`after`): declared or built in."""
