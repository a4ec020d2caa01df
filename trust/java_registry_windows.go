package trust

import "golang.org/x/sys/windows/registry"

// registeredJava lists the home folders that installers wrote into the registry.
func registeredJava() []string {
	var homes []string
	for _, place := range []string{
		`SOFTWARE\JavaSoft\JDK`, `SOFTWARE\JavaSoft\JRE`, `SOFTWARE\JavaSoft\Java Development Kit`,
		`SOFTWARE\JavaSoft\Java Runtime Environment`, `SOFTWARE\Eclipse Adoptium\JDK`, `SOFTWARE\Eclipse Adoptium\JRE`,
	} {
		homes = append(homes, homesBelow(place)...)
	}
	return homes
}

// homesBelow reads each version's own key: JavaSoft has JavaHome in it, Adoptium
// a path below hotspot\MSI.
func homesBelow(place string) []string {
	key, err := registry.OpenKey(registry.LOCAL_MACHINE, place, registry.ENUMERATE_SUB_KEYS)
	if err != nil {
		return nil
	}
	defer key.Close()
	versions, _ := key.ReadSubKeyNames(-1)
	var homes []string
	for _, version := range versions {
		for below, name := range map[string]string{"": "JavaHome", `\hotspot\MSI`: "Path"} {
			if home := registryText(place+`\`+version+below, name); home != "" {
				homes = append(homes, home)
			}
		}
	}
	return homes
}

func registryText(place, name string) string {
	key, err := registry.OpenKey(registry.LOCAL_MACHINE, place, registry.QUERY_VALUE)
	if err != nil {
		return ""
	}
	defer key.Close()
	text, _, _ := key.GetStringValue(name)
	return text
}
